import { expect, test } from 'vitest';
import { deploymentNamespace } from './deployment-namespace.ts';

test.each([
  [undefined, null],
  ['', null],
  ['service.namespace=', null],
  ['service.version=1,service.namespace=blue', 'blue'],
  ['a=b, service.namespace = two%20words ', 'two words'],
  ['service.namespace=50%', '50%'],
  ['service.namespaces=x', null],
])('the resource attributes %o are those of the deployment %o', (attributes, namespace) => {
  expect(deploymentNamespace(attributes)).toBe(namespace);
});
