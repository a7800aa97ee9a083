import { systemClock } from '../../bff/src/core/clock';
import { startOssStandin } from '../../tests/standins/oss';

/** The photo store beside a server under measurement, in a process of its own: it is not on the server's machine in reality. */
const [folder = '', bucket = '', region = '', accessKeyId = '', accessKeySecret = ''] = process.argv.slice(2);
process.on('disconnect', () => process.exit(0));
void startOssStandin({ folder, bucket, region, accessKeyId, accessKeySecret, clock: systemClock }).then(({ url }) =>
  process.send?.(url),
);
