/** The compute process. */
import { Compute } from '../compute/index'
import { serve } from '../process/index'

serve(new Compute())
