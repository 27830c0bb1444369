/**
 * A lint rule: what may import what, in whichever way the import is written (`import`, `export ... from`, `import()`,
 * `import('...').Type`, `new URL('...', import.meta.url)`).
 *
 * Its option is one side of the program:
 *   root      the folder of the side; imports leave it by package or alias only, never by a relative path
 *   layers    rows of folders, lowest first: a folder may import itself and the rows below it; `features/*` stands for every
 *             folder of `features`, each by itself; files beside the layers may import everything
 *   reserved  modules (packages, or files below the root) that only some folders or files may import, and why; with
 *             `types`, types may be imported from everywhere
 */
import { dirname, relative, resolve, sep } from 'node:path'

/** @type {import('eslint').Rule.RuleModule} */
export const importsRule = {
  meta: {
    type: 'problem',
    schema: [{ type: 'object' }],
    messages: {
      upward: '{{ here }} may import {{ allowed }}; {{ there }} lies above or beside it.',
      homeless: '{{ here }} belongs to no layer of {{ root }}: {{ layers }}.',
      outside: 'Relative imports stay in {{ root }}; src-shared is imported as @shared/...',
      reserved: '{{ why }}',
    },
  },
  create(context) {
    const { root, layers = [], reserved = [] } = context.options[0]
    const rootFolder = resolve(context.cwd, root)
    const file = inRoot(context.filename)
    const here = layerOf(file, layers)
    const closed = reserved.filter(({ from }) => !from.some((place) => file === place || file.startsWith(`${place}/`)))

    function inRoot(path) {
      return relative(rootFolder, path).split(sep).join('/')
    }

    function check(node, source, isType) {
      if (typeof source?.value !== 'string') return
      const isRelative = source.value.startsWith('.')
      const target = isRelative ? inRoot(resolve(dirname(context.filename), source.value)) : source.value
      const wrong = (isRelative && layerFault(target)) || reservedFault(target, isType)
      if (wrong) context.report({ node, ...wrong })
    }

    /** Null for an import that its layer may have. */
    function layerFault(target) {
      if (target === '..' || target.startsWith('../')) return { messageId: 'outside', data: { root } }
      if (here === null) return null
      const there = layerOf(target, layers)
      if (there !== null && (there.name === here.name || there.row < here.row)) return null
      const allowed = [...layers.slice(0, here.row).flat(), 'itself'].join(', ')
      return { messageId: 'upward', data: { here: here.name, there: there?.name ?? target, allowed } }
    }

    function reservedFault(target, isType) {
      const rule = closed.find(
        ({ modules, types }) => !(types && isType) && modules.some((module) => fits(target, module)),
      )
      return rule ? { messageId: 'reserved', data: { why: rule.why } } : null
    }

    return {
      Program(node) {
        if (layers.length === 0 || here !== null || !file.includes('/')) return
        const data = { here: file, root, layers: layers.flat().join(', ') }
        context.report({ node, loc: { line: 1, column: 0 }, messageId: 'homeless', data })
      },
      ImportDeclaration: (node) => check(node, node.source, isTypeOnly(node)),
      ExportNamedDeclaration: (node) => check(node, node.source, isTypeOnly(node)),
      ExportAllDeclaration: (node) => check(node, node.source, isTypeOnly(node)),
      ImportExpression: (node) => check(node, node.source, false),
      TSImportType: (node) => check(node, node.source ?? node.argument?.literal, true),
      TSExternalModuleReference: (node) => check(node, node.expression, false),
      'NewExpression[callee.name="URL"][arguments.1.object.type="MetaProperty"]': (node) =>
        check(node, node.arguments[0], false),
    }
  },
}

/** The layer of a path below the root, and its row; null for a file beside the layers. */
function layerOf(path, layers) {
  const [folder, inner] = path.split('/')
  for (const [row, names] of layers.entries()) {
    if (names.includes(folder)) return { row, name: folder }
    if (names.includes(`${folder}/*`)) return { row, name: `${folder}/${inner}` }
  }
  return null
}

/** Whether a target is this module; `node:*` stands for whatever begins so. */
function fits(target, module) {
  return module.endsWith('*') ? target.startsWith(module.slice(0, -1)) : target.replace(/\.tsx?$/, '') === module
}

function isTypeOnly({ importKind, exportKind, specifiers = [] }) {
  if (importKind === 'type' || exportKind === 'type') return true
  return specifiers.length > 0 && specifiers.every((one) => one.importKind === 'type' || one.exportKind === 'type')
}
