#!/usr/bin/env bash
# In bash, @pnpm/tabtab completes names of files that begin with the number of the word, not with what was typed.
# Seen with @pnpm/tabtab 0.5.4. A completer answers logFiles() for "let the shell complete files". The script for bash then
# looks for files that begin with $cword, which is the index of the word. With data.txt and 2nd.txt in the folder,
# `program run da` offers 2nd.txt, since the word is the second. zsh and fish complete data.txt. A completer that prints
# nothing at all in bash gets its default completion, which is right. Exits non-zero once that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund --save-exact @pnpm/tabtab@0.5.4
cat > program <<'JS'
#!/usr/bin/env node
require('@pnpm/tabtab').logFiles()
JS
chmod +x program
node -e "
require('@pnpm/tabtab').getCompletionScript({ name: 'program', completer: 'program', shell: 'bash' })
  .then((script) => require('fs').writeFileSync('script.sh', script))"
touch data.txt 2nd.txt
offered=$(PATH="$folder:$PATH" bash --norc -c '
  source script.sh
  COMP_LINE="program run da"; COMP_POINT=14; COMP_WORDS=(program run da); COMP_CWORD=2
  _program_completion
  echo "${COMPREPLY[*]}"')
echo "program run da -> $offered"
[ "$offered" = "2nd.txt" ] || { echo "the files that are offered have changed"; exit 1; }
