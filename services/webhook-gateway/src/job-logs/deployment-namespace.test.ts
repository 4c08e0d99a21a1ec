import { expect, test } from 'vitest';
import { deploymentNamespace } from './deployment-namespace.ts';

test.each([
  [undefined, 'sluice'],
  ['', 'sluice'],
  ['service.namespace=', 'sluice'],
  ['service.version=1,service.namespace=blue', 'blue'],
  ['a=b, service.namespace = two%20words ', 'two words'],
  ['service.namespace=50%', '50%'],
  ['service.namespaces=x', 'sluice'],
])('the resource attributes %o are those of the deployment %s', (attributes, namespace) => {
  expect(deploymentNamespace(attributes)).toBe(namespace);
});
