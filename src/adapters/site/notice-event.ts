/** The event that a notice becomes: people's names stand in its personal part. */
import type { EventDraft } from '../../admin/events/event.js';
import type { Notice } from '../../admin/plan.js';
import type { SiteView } from './site.js';

/** A notice on its way into the log that notification ports read. */
export function noticeEvent(view: Pick<SiteView, 'newId' | 'now'>, notice: Notice): EventDraft {
  const { kind, to, object, data } = notice;
  return {
    log: 'notice',
    id: view.newId(),
    type: `doorwright.notice.${kind}`,
    time: view.now,
    object,
    outcome: 'done',
    data: {},
    personal: { subject: to, data },
  };
}
