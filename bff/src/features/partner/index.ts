import { AnswerKeys } from '../../core/answer-keys';
import type { Core, Feature } from '../../core/feature';
import type { Partners } from '../../core/partner';
import { parseKeys } from '../../core/tokens';
import { createWebhookCall } from '../../gateways/webhook-call';
import { benefitEndpoints } from './benefit.routes';
import { ChangeTail } from './change-tail.service';
import { clientEndpoints } from './client.routes';
import { createPartners } from './client.service';
import { codeEndpoints } from './code.routes';
import { Codes } from './code.service';
import { consentEndpoints } from './consent.routes';
import { Deliveries } from './delivery.service';
import { Meter } from './meter.service';
import { publicCodeEndpoints } from './public-code.routes';
import { QueryLog } from './query-log.service';
import { webhookHandlers } from './webhook.handlers';
import { isPrivateAddress } from './webhook.rules';
import { webhookEndpoints } from './webhook.routes';

export { hashSecret } from './client.service';
export { codeToken } from './code-token.rules';

export interface PartnerFeature extends Feature {
  partners: Partners;
}

/** Queries of outsiders: agencies by API with consent, log and proof, and anybody by the QR of an enterprise. */
export function buildPartner(core: Core): PartnerFeature {
  const { config, clock } = core;
  const qrKeys = parseKeys(config.qrKeys);
  const answerKeys = new AnswerKeys(config.answerKeys);
  const tail = new ChangeTail(core.db.of('partners').read);
  const meter = new Meter(core);
  const log = new QueryLog(core);
  const codes = new Codes(core, answerKeys, tail);
  // Outside production a receiver may run on this machine.
  const call = createWebhookCall((address) => config.production && isPrivateAddress(address));
  const sender = new Deliveries(core, qrKeys, call);
  return {
    partners: createPartners(core, tail, meter),
    endpoints: [
      ...clientEndpoints(core),
      ...codeEndpoints({ codes, meter, log }),
      ...benefitEndpoints({ meter, log }),
      ...consentEndpoints(core),
      ...webhookEndpoints(core, qrKeys),
      ...publicCodeEndpoints(core, qrKeys, answerKeys),
    ],
    handlers: webhookHandlers(clock),
    loops: [{ name: 'partner-messages', drain: () => sender.drain() }],
    queues: [
      {
        name: 'partner-messages',
        table: 'partner_delivery',
        waiting: "state = 'queued'",
        givenUp: "state = 'dead'",
        since: 'created_at',
        leased: true,
      },
    ],
    stop: async () => {
      await sender.stop();
      await meter.stop();
      await log.stop();
    },
  };
}
