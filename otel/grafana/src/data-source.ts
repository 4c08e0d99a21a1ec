/** What dashboards and rules know the data source by. Fixed, or each installation would have another. */
export const loki = { type: 'loki', uid: 'sluice-loki' };

export const tempo = { type: 'tempo', uid: 'sluice-tempo' };
