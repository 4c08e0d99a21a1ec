import { connectPostgres, migrateAll } from '@sluice/service-runtime';

/** A database of its own with every schema and queue in place; gives its address. */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const admin = connectPostgres({ url: serverUrl, max: 1, applicationName: 'bench' });
  try {
    await admin`create database ${admin(name)}`;
  } finally {
    await admin.end({ timeout: 5 });
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await migrateAll(url.href);
  return url.href;
}
