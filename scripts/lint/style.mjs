/**
 * One way of writing where JavaScript has several: `#private` members, `++` for counters, named imports of node:path. A number
 * in place of what an array does not hold has a comment above it that says when that is.
 */
export const styleRule = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      private: 'Private members are written #name, which holds at run time, too.',
      increment: 'A step of 1 is written ++ or --.',
      absent:
        'Where an array holds it in any case, read it as x[i]!. Where it may hold nothing, say in a comment above when that is.',
      path: "Functions of node:path are imported by name: import { join } from 'node:path'.",
    },
  },
  create(context) {
    const refusePrivate = (node) => {
      if (node.accessibility === 'private' && node.kind !== 'constructor')
        context.report({ node, messageId: 'private' })
    }
    const { sourceCode } = context
    /** Whether a comment ends above the line of a node, or above that of what it belongs to, up to its statement or property. */
    const isExplained = (node) =>
      sourceCode.getAllComments().some(({ loc }) => loc.end.line === node.loc.start.line - 1) ||
      (!/(Statement|Declaration|Property)$/.test(node.type) && isExplained(node.parent))
    return {
      PropertyDefinition: refusePrivate,
      MethodDefinition: refusePrivate,
      TSParameterProperty: refusePrivate,
      AssignmentExpression(node) {
        if (['+=', '-='].includes(node.operator) && node.right.type === 'Literal' && node.right.value === 1)
          context.report({ node, messageId: 'increment' })
      },
      'LogicalExpression[operator="??"][left.type="MemberExpression"][left.computed=true]'(node) {
        if (isNumber(node.right) && !isExplained(node)) context.report({ node, messageId: 'absent' })
      },
      'ImportDeclaration[source.value="node:path"] ImportDefaultSpecifier'(node) {
        context.report({ node, messageId: 'path' })
      },
    }
  },
}

function isNumber({ type, value, argument, name }) {
  if (type === 'UnaryExpression') return isNumber(argument)
  return type === 'Literal' ? typeof value === 'number' : name === 'NaN' || name === 'Infinity'
}
