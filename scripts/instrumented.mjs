// @ts-check
/**
 * A bundle of TypeScript sources that counts which branches run, for fuzzing. Each branch has a counter in
 * `globalThis.doorwrightBranches`; the counting is put in at the syntax tree, before esbuild sees a file.
 *
 * Own, because jazzer.js 4 does not load below glibc 2.38 (docs/tooling.md, "Fuzzing").
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Counters there may be: `test/fuzz/guided/coverage.ts` takes the ones above for what targets tell. */
export const BRANCHES_MAX = 1 << 15;

/** What is counted: the code under test, not the tests' own nor outside packages. */
const COUNTED =
  /[/]src[/](?:policy|checks|engine|values|cli)[/].*[.]ts$|[/]test[/]fuzz[/]guided[/]planted[.]ts$/;

/**
 * @param {string} entry from the root of the repository
 * @param {string} outfile
 * @returns {Promise<number>} how many branches are counted
 */
export async function buildInstrumented(entry, outfile) {
  let branches = 0;
  const number = () => {
    if (branches >= BRANCHES_MAX) throw new RangeError('more branches than counters');
    return branches++;
  };
  await build({
    entryPoints: [`${root}${entry}`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // All but rrule, which Node cannot load as ESM.
    external: ['luxon', 'ajv', 'ajv/*', 'valibot', '@valibot/*', '@noble/*'],
    logLevel: 'warning',
    banner: {
      js: `globalThis.doorwrightBranches ??= new Uint8Array(${2 * BRANCHES_MAX});const __branches = globalThis.doorwrightBranches;`,
    },
    plugins: [
      {
        name: 'count branches',
        setup({ onLoad }) {
          onLoad({ filter: COUNTED }, async ({ path }) => ({
            contents: counted(await readFile(path, 'utf8'), path, number),
            loader: 'ts',
          }));
        },
      },
    ],
  });
  return branches;
}

/**
 * @param {string} text
 * @param {string} path
 * @param {() => number} number
 */
function counted(text, path, number) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const { factory: f } = ts;
  const count = () =>
    f.createPostfixIncrement(
      f.createElementAccessExpression(f.createIdentifier('__branches'), number()),
    );
  const statement = () => f.createExpressionStatement(count());
  /** @param {ts.Expression} expression */
  const comma = (expression) =>
    f.createParenthesizedExpression(
      f.createComma(count(), f.createParenthesizedExpression(expression)),
    );
  /** @param {ts.Statement} body */
  const block = (body) =>
    f.createBlock([statement(), ...(ts.isBlock(body) ? body.statements : [body])], true);

  const { transformed } = ts.transform(source, [
    (context) => (file) => {
      /** @type {ts.Visitor} */
      const visit = (before) => {
        const node = ts.visitEachChild(before, visit, context);
        if (ts.isIfStatement(node)) {
          const other = node.elseStatement;
          return f.updateIfStatement(
            node,
            node.expression,
            block(node.thenStatement),
            other === undefined
              ? f.createBlock([statement()])
              : ts.isIfStatement(other)
                ? other
                : block(other),
          );
        }
        if (ts.isConditionalExpression(node)) {
          const { condition, questionToken, whenTrue, colonToken, whenFalse } = node;
          return f.updateConditionalExpression(
            node,
            condition,
            questionToken,
            comma(whenTrue),
            colonToken,
            comma(whenFalse),
          );
        }
        if (ts.isBinaryExpression(node) && SHORT.has(node.operatorToken.kind)) {
          return f.updateBinaryExpression(node, node.left, node.operatorToken, comma(node.right));
        }
        if (ts.isCaseClause(node)) {
          const { expression, statements } = node;
          return f.updateCaseClause(node, expression, [statement(), ...statements]);
        }
        if (ts.isForStatement(node)) {
          const { initializer, condition, incrementor } = node;
          return f.updateForStatement(
            node,
            initializer,
            condition,
            incrementor,
            block(node.statement),
          );
        }
        if (ts.isForOfStatement(node)) {
          const { awaitModifier, initializer, expression } = node;
          return f.updateForOfStatement(
            node,
            awaitModifier,
            initializer,
            expression,
            block(node.statement),
          );
        }
        if (ts.isWhileStatement(node)) {
          return f.updateWhileStatement(node, node.expression, block(node.statement));
        }
        if (ts.isArrowFunction(node)) {
          const { modifiers, typeParameters, parameters, type, equalsGreaterThanToken, body } =
            node;
          const counting = ts.isBlock(body) ? block(body) : comma(body);
          return f.updateArrowFunction(
            node,
            modifiers,
            typeParameters,
            parameters,
            type,
            equalsGreaterThanToken,
            counting,
          );
        }
        if (ts.isFunctionDeclaration(node) && node.body !== undefined) {
          const { modifiers, asteriskToken, name, typeParameters, parameters, type, body } = node;
          return f.updateFunctionDeclaration(
            node,
            modifiers,
            asteriskToken,
            name,
            typeParameters,
            parameters,
            type,
            block(body),
          );
        }
        return node;
      };
      return ts.visitEachChild(file, visit, context);
    },
  ]);
  return ts.createPrinter().printFile(/** @type {ts.SourceFile} */ (transformed[0]));
}

const SHORT = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);
