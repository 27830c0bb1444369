/** docs/CLI.md: what is written here, and after it the help of every command as the program prints it. */
import { declareCommands } from '../declarations'
import { createProgram, FILTER } from '../program'

const INTRODUCTION = `# Command line

<!-- Written by src-main/cli/command-line-page.test.ts; \`npm run test:unit -- src-main/cli/command-line-page -u\` writes it anew. -->

The command line is for servers, scripts and tests. It shares its code with the window. In a checkout:
\`npm run -s headlight -- COMMAND\`; where the program is installed: \`headlight COMMAND\`.

## Output and exit status

Results go to standard output, progress and messages to standard error. \`--json\` prints one JSON document on standard
output and nothing else there. A command that fails prints \`{"error": {"code", "message"}}\`.

| exit status | meaning                                                             |
| ----------- | ------------------------------------------------------------------- |
| 0           | done                                                                |
| 1           | failed                                                              |
| 2           | wrong usage                                                         |
| 3           | refused: the model or the dataset cannot be used; the reason is said |
| 130         | interrupted by Ctrl-C; the same command resumes a run               |

## JSON documents

The fields that scripts most often read; a document may hold more.

| command    | document                                                                                                                                                        |
| ---------- | --------------------------------------------------------------------------------------------------------------------------------------------------------------- |
| \`inspect\`  | \`supported\`, \`reasons\`, \`layers\`, \`heads\`, \`tokens\`, \`prefixTokens\`, \`suffixTokens\` where there are any, \`grid\`, \`input\`, \`classes\`, \`opset\`, \`producer\`, \`dynamicBatch\`, \`readoutRows\`, \`output\` |
| \`certify\`  | \`passed\`, \`version\`, \`logitError\`, \`rowSumError\`, \`gradientError\`, \`heads\` (\`layer\`, \`head\`, \`error\`, and \`together\` where it is of so many), \`precision\`, \`limits\`, \`failures\`, \`notes\` where the check could not see all, \`seconds\` |
| \`explain\`  | \`provider\`, \`precision\`, \`passedOver\`, \`seconds\`, \`certificate\`, \`out\`, \`files\`; of detectors \`detections\` (\`class\`, \`query\`, \`box\`: centre x, centre y, width and height in shares of the input), one a sample |
| \`pixels\`   | \`steps\`, \`warnings\`, \`out\`, \`shape\` |
| \`samples\`  | \`run\`, \`model\`, \`total\`, \`matching\`, \`samples\` |
| \`stats\`    | \`run\`, \`norm\`, \`filter\`, \`layers\`, \`heads\`, \`groups\`; with \`--versus\` \`difference\`; with \`--localisation\` \`localisation\` |
| \`evaluate\` | \`run\`, \`n\`, \`metrics\` (by metric and method: \`mean\`, \`low\`, \`high\`, \`missing\`), \`differences\` (by metric and METHOD-METHOD: \`mean\`, \`low\`, \`high\`) |
| \`ablate\`   | \`run\`, \`n\`, \`kind\`, \`accuracy\`, \`heads\` (\`layer\`, \`head\`, \`accuracy\`, \`deltaLogit\`, \`absDeltaLogit\`, \`deltaProbability\`), \`agreement\` (by criterion: \`spearman\`, \`pearson\`, \`withinLayer\`, \`perImage\`, \`low\`, \`high\`), \`pruning\` (by criterion: \`accuracy\`, \`probability\`, \`auc\`) |
| \`runs\`     | \`runs\` (\`id\`, \`name\`, \`state\`, \`total\`, \`done\`, \`failed\`, \`createdAt\`, \`model\`) |
| \`annotate\` | \`sample\`, \`id\`, \`annotations\` |
| \`export\`   | \`what\`, \`format\`, \`filter\`, \`out\`, \`bytes\`, \`rows\` |
| \`relink\`   | \`applied\`, \`from\`, \`match\`, \`masks\`; with a model \`model\`, \`hash\`, \`runs\` |
| \`report\`   | \`out\`, \`bytes\`, \`files\` |

## Arrays

\`explain\` reads float32 \`[B, C, H, W]\`, already preprocessed, from a \`.npy\` file and writes float32 \`.npy\` files: \`logits\`
\`[B, classes]\`; \`head_l1\` and \`head_l2\` \`[B, layers, heads]\`, scores before normalisation, and \`head_taylor\`, sum A o G; \`map_METHOD\` \`[B, patches]\`; with \`--raw\`
\`attention\` and \`gradient\` \`[B, layers, heads, tokens, tokens]\`. Where layers have different numbers of heads, these four are an array a
layer, \`head_l1_00\` \`[B, heads]\`, \`head_l1_01\`, .. . Of detectors also \`query\` \`[B]\` and \`box\` \`[B, 4]\`, as the model gives it. packages/explain/METHODS.md defines them.
`

/** The whole page as Markdown. */
export function commandLinePage(): string {
  const program = createProgram()
  const helpOf = (name: string) => {
    const command = program.commands.find((candidate) => candidate.name() === name)!
    return command
      .configureOutput({ getOutHelpWidth: () => 100 })
      .helpInformation()
      .trimEnd()
  }
  const sections = declareCommands().flatMap(({ heading, commands }) => [
    `## ${heading.replace(/:$/, '')}`,
    ...commands.map(({ name }) => `### ${name}\n\n\`\`\`text\n${helpOf(name)}\n\`\`\``),
  ])
  return [INTRODUCTION.trimEnd(), `## Filters\n\n\`\`\`text\n${FILTER.trim()}\n\`\`\``, ...sections].join('\n\n') + '\n'
}
