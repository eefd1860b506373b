import type { Metrics } from '../serve/metrics.ts';
import type { Audience } from './run-sweeps.ts';

/** Counts what sweeps do, as they do it. */
export const countingAudience = (metrics: Metrics): Required<Pick<Audience, 'tell' | 'observer' | 'after'>> => ({
  tell: (event) => {
    if (event.event === 'media.settled') metrics.settled(event.project, event.outcome);
  },
  observer: (project) => ({
    begun: () => metrics.requestBegun(project),
    ended: ({ kind, result }) => metrics.requestEnded(project, kind, result),
  }),
  async after({ report: { project, result, requests }, refusal }) {
    metrics.sweepEnded(project, result, refusal?.kind === 'limit');
    metrics.retried(project, requests.retries);
  },
});
