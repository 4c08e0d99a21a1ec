import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/**
 * The name of this process among the replicas of its service: the pod's name where Kubernetes gives one. Several
 * processes of one host differ by process id, and by a random end, since a container's process is always number 1.
 */
export const replicaId: string =
  process.env.POD_NAME || `${hostname()}-${process.pid}-${randomBytes(2).toString('hex')}`;
