import { parser } from '@grafana/lezer-logql';
import type { SyntaxNode } from '@lezer/common';
import { compilePattern } from './compile-pattern.ts';
import { QueryError } from './query-error.ts';
import { readString } from './read-string.ts';

/** Whether a value of a label passes; one that is not there is the empty text. */
export type Test = (value: string) => boolean;
export type LinesQuery = {
  kind: 'lines';
  matchers: { label: string; test: Test }[];
  filters: { label: string; test: Test }[];
  lineFilters: Test[];
};
/** How many lines there are in the range that ends at the instant asked for, its beginning not counted. */
export type CountQuery = { kind: 'count'; lines: LinesQuery; rangeNs: bigint };

/**
 * Reads the LogQL that Sluice makes: a selector, label filters and line filters that all have to hold, alone or inside
 * `sum(count_over_time(… [range]))`. Throws QueryError for anything else.
 */
export function parseQuery(text: string): LinesQuery | CountQuery {
  const tree = parser.parse(text);
  tree.iterate({
    enter(node) {
      if (node.type.isError) throw new QueryError(`parse error at character ${node.from} of the query`);
    },
  });
  const expression = onlyChild(onlyChild(tree.topNode));
  if (expression.name === 'LogExpr') return readLines(expression, text);
  return readCount(onlyChild(expression), text);
}

function readCount(sum: SyntaxNode, text: string): CountQuery {
  const [operation, inner, ...more] = children(sum);
  const isSum = sum.name === 'VectorAggregationExpr' && operation?.firstChild?.name === 'Sum' && more.length === 0;
  const [over, range, ...rest] = children(inner?.firstChild ?? null);
  const isCount = inner?.firstChild?.name === 'RangeAggregationExpr' && over?.firstChild?.name === 'CountOverTime';
  if (!isSum || !isCount || rest.length > 0) throw unknown(sum, text);
  const written = children(range!).find(({ name }) => name === 'Range');
  return { kind: 'count', lines: readLines(range!, text), rangeNs: readDuration(written?.firstChild, text) };
}

function readLines(expression: SyntaxNode, text: string): LinesQuery {
  const query: LinesQuery = { kind: 'lines', matchers: [], filters: [], lineFilters: [] };
  for (const part of children(expression)) {
    if (part.name === 'Selector') for (const matcher of leaves(part)) query.matchers.push(readMatcher(matcher, text));
    else if (part.name === 'PipelineExpr') for (const stage of leaves(part)) readStage(stage, query, text);
    else if (part.name !== 'Range') throw unknown(part, text);
  }
  // An empty value is also that of a stream without the label, so such a query would select everything.
  if (!query.matchers.some(({ test }) => !test(''))) {
    throw new QueryError('queries require at least one matcher that does not match an empty value');
  }
  return query;
}

function readStage(stage: SyntaxNode, query: LinesQuery, text: string): void {
  const parts = children(stage);
  const last = parts.at(-1)!;
  if (last.name === 'LabelFilter' && children(last).length === 1 && last.firstChild!.name === 'Matcher') {
    query.filters.push(readMatcher(last.firstChild!, text));
  } else if (last.name === 'LineFilters' && children(last).length === 1 && last.firstChild!.name === 'LineFilter') {
    const [filter, value, ...more] = children(last.firstChild!);
    if (value?.name !== 'String' || more.length > 0) throw unknown(stage, text);
    query.lineFilters.push(lineTest(slice(filter!, text), readString(slice(value, text))));
  } else {
    throw unknown(stage, text);
  }
}

function readMatcher(matcher: SyntaxNode, text: string): { label: string; test: Test } {
  const [label, operator, value] = children(matcher);
  if (matcher.name !== 'Matcher' || label?.name !== 'Identifier' || value?.name !== 'String')
    throw unknown(matcher, text);
  return { label: slice(label, text), test: labelTest(slice(operator!, text), readString(slice(value, text))) };
}

function labelTest(operator: string, wanted: string): Test {
  switch (operator) {
    case '=':
      return (value) => value === wanted;
    case '!=':
      return (value) => value !== wanted;
    case '=~':
      return compilePattern(wanted, 'whole');
    case '!~':
      return not(compilePattern(wanted, 'whole'));
    default:
      throw new QueryError(`the operator ${operator} is not known here`);
  }
}

function lineTest(operator: string, wanted: string): Test {
  switch (operator) {
    case '|=':
      return (line) => line.includes(wanted);
    case '!=':
      return (line) => !line.includes(wanted);
    case '|~':
      return compilePattern(wanted, 'part');
    case '!~':
      return not(compilePattern(wanted, 'part'));
    default:
      throw new QueryError(`the filter ${operator} is not known here`);
  }
}

const not =
  (test: Test): Test =>
  (value) =>
    !test(value);

const unitNs: Record<string, bigint> = { ms: 1_000_000n, s: 1_000_000_000n };

function readDuration(node: SyntaxNode | null | undefined, text: string): bigint {
  const written = node ? slice(node, text) : '';
  const [, amount, unit] = /^(\d+)(ms|s)$/.exec(written) ?? [];
  if (amount === undefined || unit === undefined) throw new QueryError(`the duration "${written}" is not known here`);
  return BigInt(amount) * unitNs[unit]!;
}

/** The matchers or stages below a node: the grammar writes a list as the list without its last, and the last. */
function leaves(node: SyntaxNode): SyntaxNode[] {
  return children(node).flatMap((child) =>
    child.name === 'Matchers' || child.name === 'PipelineExpr' ? leaves(child) : [child],
  );
}

function children(node: SyntaxNode | null): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node?.firstChild ?? null; child !== null; child = child.nextSibling) found.push(child);
  return found;
}

function onlyChild(node: SyntaxNode): SyntaxNode {
  const [child, ...more] = children(node);
  if (child === undefined || more.length > 0) throw new QueryError('parse error: one query is expected');
  return child;
}

function slice({ from, to }: SyntaxNode, text: string): string {
  return text.slice(from, to);
}

function unknown(node: SyntaxNode, text: string): QueryError {
  return new QueryError(`"${slice(node, text)}" is not known here: this store answers only what Sluice asks`);
}
