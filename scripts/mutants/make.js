// Finds every place where a line can be changed into one that is wrong, and changes it: one mutant a place and a change.
import ts from 'typescript';

/**
 * @typedef {{ readonly file: string, readonly line: number, readonly start: number, readonly end: number,
 *   readonly from: string, readonly to: string, readonly kind: string }} Mutant
 */

const SHIFTED = new Map([
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
]);
const SWAPPED = new Map([
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
]);

/**
 * Every mutant of a file. Text is not changed: words are for people, and a wrong one is found by reading.
 *
 * @param {string} file
 * @param {string} text
 * @returns {readonly Mutant[]}
 */
export function mutantsOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  /** @type {Mutant[]} */
  const mutants = [];
  const add = (node, kind, to) => {
    const start = node.getStart(source);
    const line = source.getLineAndCharacterOfPosition(start).line + 1;
    mutants.push({ file, line, start, end: node.end, from: text.slice(start, node.end), to, kind });
  };
  const visit = (node) => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    for (const [kind, to] of changesOf(node, source)) add(node, kind, to);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mutants;
}

/** @returns {readonly (readonly [string, string])[]} */
function changesOf(node, source) {
  const text = node.getText(source);
  if (isCondition(node)) return [['condition negated', `!(${text})`]];
  if (ts.isBinaryExpression(node)) return binaryChanges(node, source);
  if (ts.isExpressionStatement(node)) return [['statement removed', ';']];
  if (ts.isNumericLiteral(node)) return [['constant changed', `${String(Number(text.replaceAll('_', '')) + 1)}`]];
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [['constant changed', 'false']];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [['constant changed', 'true']];
  if (ts.isReturnStatement(node) && node.expression !== undefined) {
    if (node.expression.kind !== ts.SyntaxKind.NullKeyword) return [['return replaced', 'return null;']];
  }
  return [];
}

function binaryChanges(node, source) {
  const kind = node.operatorToken.kind;
  const sides = (operator) => `${node.left.getText(source)} ${operator} ${node.right.getText(source)}`;
  if (SHIFTED.has(kind)) return [['comparison shifted', sides(SHIFTED.get(kind))]];
  if (SWAPPED.has(kind)) return [['operator swapped', sides(SWAPPED.get(kind))]];
  if (kind === ts.SyntaxKind.QuestionQuestionToken) return [['fallback alone', node.right.getText(source)]];
  return [];
}

/** Of an `if`, a loop, a `?:`, or what a predicate answers. */
function isCondition(node) {
  const { parent } = node;
  if (parent === undefined || !ts.isExpression(node)) return false;
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent)) return parent.expression === node;
  if (ts.isForStatement(parent) || ts.isConditionalExpression(parent)) return parent.condition === node;
  return false;
}

/** @param {string} text @param {Mutant} mutant */
export function mutated(text, { start, end, to }) {
  return text.slice(0, start) + to + text.slice(end);
}
