/**
 * `service.namespace` of this deployment, from OTEL_RESOURCE_ATTRIBUTES, or null where it has none: what the records of
 * its services carry is what its logs are found by in a Loki that several deployments share.
 */
export function deploymentNamespace(resourceAttributes: string | undefined): string | null {
  for (const pair of (resourceAttributes ?? '').split(',')) {
    const [name, ...value] = pair.split('=');
    if (name?.trim() === 'service.namespace') return decode(value.join('=').trim()) || null;
  }
  return null;
}

/** Values are written with percent signs where they need to be. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
