// The lines of the EKS 1.24 post under its two configurations, right and wrong way round.
import { Desk } from "./desk";
import { expect, test } from "./story";

// Verbatim from the recordings parse-p-00001 and parse-p-00002.
const MESSAGE =
  "2023-02-02 16:48:11.576 INFO [coupon-service,,] 15 --- [ Thread-4] s.amazon.kinesis.coordinator.Scheduler : Sleeping ...";
const CRI = `2023-02-02T07:48:11.576765119Z stdout F ${MESSAGE}`;
const JSON_LINE = `{ "log":"2021/12/17 08:03:23 [INFO] ${MESSAGE}", "stream":"stdout", "time":"2023-02-02T07:48:11.576765119Z" }`;

const conf = (parse: string) => `<source>
  @type tail
  @id in_tail_container_logs
  path /var/log/containers/*.log
  pos_file /var/log/fluentd-containers.log.pos
  tag kubernetes.*
  read_from_head true
  <parse>
${parse}
  </parse>
</source>
<match kubernetes.**>
  @type stdout
</match>
`;
const CONF_123 = conf("    @type json\n    time_format %Y-%m-%dT%H:%M:%S.%NZ");
const CONF_124 = conf(
  "    @type regexp\n    expression /^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[^ ]*) (?<log>.*)$/\n    time_format %Y-%m-%dT%H:%M:%S.%L%z",
);

for (const [lines, name, right, wrong] of [
  [JSON_LINE, "1.23", CONF_123, CONF_124],
  [CRI, "1.24", CONF_124, CONF_123],
] as const) {
  test(`a ${name} line is read by the ${name} configuration and lost by the other`, async ({ page }) => {
    const desk = new Desk(page);
    await desk.open();
    await desk.oneFile();
    await desk.setLogs(`${lines}\n`);
    await desk.setConf(right);
    await expect(desk.chip("event out")).toContainText(/^1 /);
    await expect.poll(async () => (await desk.rows())[0]?.[0]).toContain("2023-02-02 07:48:11.576765119");
    await expect(desk.grid).toContainText("coupon-service");
    await expect(desk.grid).toContainText("stdout");
    await desk.setConf(wrong);
    await expect(desk.chip("not matched")).toContainText("1");
    await expect(desk.logs).toContainText("pattern not matched");
  });
}
