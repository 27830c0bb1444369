/** One way of writing where JavaScript has several: `#private` members, `++` for counters, named imports of node:path. */
export const styleRule = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      private: 'Private members are written #name, which holds at run time, too.',
      increment: 'A step of 1 is written ++ or --.',
      path: "Functions of node:path are imported by name: import { join } from 'node:path'.",
    },
  },
  create(context) {
    const refusePrivate = (node) => {
      if (node.accessibility === 'private' && node.kind !== 'constructor')
        context.report({ node, messageId: 'private' })
    }
    return {
      PropertyDefinition: refusePrivate,
      MethodDefinition: refusePrivate,
      TSParameterProperty: refusePrivate,
      AssignmentExpression(node) {
        if (['+=', '-='].includes(node.operator) && node.right.type === 'Literal' && node.right.value === 1)
          context.report({ node, messageId: 'increment' })
      },
      'ImportDeclaration[source.value="node:path"] ImportDefaultSpecifier'(node) {
        context.report({ node, messageId: 'path' })
      },
    }
  },
}
