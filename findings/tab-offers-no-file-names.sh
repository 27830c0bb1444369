#!/usr/bin/env bash
# @bomb.sh/tab never lets the shell complete names of files, also where an option takes one.
# Seen with @bomb.sh/tab 0.0.22 over commander 15.1.0. For the value of `--model <file>` it answers no candidates and the
# directive 4, ShellCompDirectiveNoFileComp, which its scripts obey. No option or argument of a command can ask for another
# directive. A program whose options are mostly paths completes nothing there. Exits non-zero once the directive is another.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund --save-exact @bomb.sh/tab@0.0.22 commander@15.1.0
cat > program.mjs <<'JS'
import tab from '@bomb.sh/tab/commander'
import { Command } from 'commander'

const program = new Command('program')
program.command('run').description('computes').option('--model <file>', 'the model').option('--what <word>', 'a word')
tab(program)
program.parse()
JS
touch model.onnx
options=$(node program.mjs complete -- run --)
value=$(node program.mjs complete -- run --model "")
echo "options of run:"; echo "$options"
echo "the value of --model: '$value'"
grep -q -- "--model" <<< "$options" || { echo "options are no longer completed"; exit 1; }
[ "$value" = ":4" ] || { echo "the answer has changed"; exit 1; }
node --input-type=module -e "import { ShellCompDirective as d } from '@bomb.sh/tab'; if (d.ShellCompDirectiveNoFileComp !== 4) process.exit(1)"
