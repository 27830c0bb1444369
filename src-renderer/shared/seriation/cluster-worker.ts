/** Orders similar things beside each other, away from the page: a thousand of them take a good part of a second. */
import { type Clustered, orderOf } from './clustered'

addEventListener('message', ({ data }: MessageEvent<Clustered>) => postMessage(orderOf(data)))
