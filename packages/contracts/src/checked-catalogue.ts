import type { JobDefinition } from './job-catalogue.ts';

type TagLetter =
  | ('A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M' | 'N' | 'O' | 'P' | 'Q' | 'R' | 'S')
  | ('T' | 'U' | 'V' | 'W' | 'X' | 'Y' | 'Z' | '_');

/** Counts one element per letter: a tag is a column of dashboards and log lines that is 15 wide. */
type IsTag<Text extends string, Letters extends unknown[] = []> = Text extends ''
  ? Letters['length'] extends 0
    ? false
    : true
  : Letters['length'] extends 15
    ? false
    : Text extends `${TagLetter}${infer Rest}`
      ? IsTag<Rest, [...Letters, unknown]>
      : false;

type Names<Job extends JobDefinition> = Job['id'] | Job['aliases'][number];
type NamesOf<Jobs extends readonly JobDefinition[]> = { [At in keyof Jobs]: Names<Jobs[At]> }[number];
type TagsOf<Jobs extends readonly JobDefinition[]> = { [At in keyof Jobs]: Jobs[At]['tag'] }[number];

/** What is wrong with a job that comes after the jobs in `Before`; `unknown` when nothing is. */
type Fault<Job extends JobDefinition, Before extends readonly JobDefinition[]> =
  IsTag<Job['tag']> extends false
    ? { tag: `${Job['tag']} is no tag: 1 to 15 characters of A-Z and _` }
    : Job['tag'] extends TagsOf<Before>
      ? { tag: `${Job['tag']} is the tag of another job` }
      : Extract<Names<Job>, NamesOf<Before>> extends never
        ? unknown
        : { id: `${Extract<Names<Job>, NamesOf<Before>>} is a name of another job` };

type Checked<
  Jobs extends readonly JobDefinition[],
  Before extends readonly JobDefinition[] = [],
> = Jobs extends readonly [infer Job extends JobDefinition, ...infer Rest extends readonly JobDefinition[]]
  ? [Job & Fault<Job, Before>, ...Checked<Rest, [...Before, Job]>]
  : [];

/** The list as it is given; one with a bad or repeated tag, or with a name used twice, does not compile. */
export function checkedCatalogue<const Jobs extends readonly JobDefinition[]>(jobs: Jobs & Checked<Jobs>): Jobs {
  return jobs;
}
