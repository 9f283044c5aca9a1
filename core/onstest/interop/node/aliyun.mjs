// Calls an emulator over HTTPS with Alibaba's own packages for Node, and prints a line of JSON for each call: what called, as
// whom, and the answer.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const core = require("@alicloud/openapi-core");
const client = require("@alicloud/openapi-client");
const credentials = require("@alicloud/credentials");
const sts = require("@alicloud/sts20150401");
const oss = require("ali-oss");
const { RuntimeOptions } = require("@alicloud/tea-util");
const dara = require("@darabonba/typescript");

const [address, topic, payload] = process.argv.slice(2);
const role = "acs:ram::1000000000000001:role/emulator";
const user = { accessKeyId: "emulator", accessKeySecret: "emulator-secret" };
const temporary = { accessKeyId: "STS.emulator", accessKeySecret: "emulator-sts-secret", securityToken: "emulator-token" };
const params = {
  action: "SendMessage", version: "2020-04-20", protocol: "HTTPS", method: "POST", authType: "AK", style: "RPC",
  pathname: "/", reqBodyType: "formData", bodyType: "json",
};
const query = { InstanceId: "post-cn-emulator", MqttTopic: topic, Payload: payload };

const senders = {
  "openapi-core": (config) => {
    const { Config, Params, OpenApiRequest } = core.$OpenApiUtil;
    return new core.default(new Config(config)).callApi(new Params(params), new OpenApiRequest({ query }), new dara.RuntimeOptions({}));
  },
  "openapi-client": (config) =>
    new client.default(new client.Config(config)).callApi(new client.Params(params), new client.OpenApiRequest({ query }), new RuntimeOptions({})),
};

async function print(mode, name, call) {
  try {
    const answer = await call();
    console.log(JSON.stringify({ mode, name, status: answer.statusCode, body: JSON.stringify(answer.body), id: answer.headers["x-acs-request-id"] }));
  } catch (e) {
    console.log(JSON.stringify({ mode, name, status: e.statusCode ?? e.data?.statusCode, body: JSON.stringify({ code: e.code, denied: e.accessDeniedDetail, recommend: e.data?.Recommend, text: String(e) }), id: "" }));
  }
}

const assumed = new credentials.default(new credentials.Config({ type: "ram_role_arn", ...user, roleArn: role, roleSessionName: "npm", stsEndpoint: address }));
for (const [mode, send] of Object.entries(senders)) {
  for (const [name, key] of Object.entries({ user, temporary, wrong: { ...user, accessKeySecret: "wrong" }, assumed: { credential: assumed } })) {
    await print(mode, name, () => send({ ...key, endpoint: address, protocol: "HTTPS" }));
  }
}
// A denial names the role whose credentials lack the permission. The fault waits for one call.
await print("openapi-core", "denied", async () => {
  await fetch(`https://${address}/_emulator/faults`, { method: "POST", body: '[{"code":"NoPermission"}]' });
  return senders["openapi-core"]({ ...temporary, endpoint: address, protocol: "HTTPS" });
});
const service = new sts.default(new core.$OpenApiUtil.Config({ ...user, endpoint: address, protocol: "HTTPS" }));
await print("sts20150401", "AssumeRole", () => service.assumeRole(new sts.AssumeRoleRequest({ roleArn: role, roleSessionName: "npm" })));
await print("sts20150401", "no role", () => service.assumeRole(new sts.AssumeRoleRequest({ roleSessionName: "npm" })));
await print("sts20150401", "GetCallerIdentity", () => service.getCallerIdentity());
// ali-oss puts every parameter into the form, the action included. Its answers do not keep the body: what it makes of them is
// printed, with the request id.
const form = new oss.STS({ ...user, endpoint: `https://${address}` });
const inForm = ({ res, credentials }) => ({
  statusCode: res.status, headers: res.headers, body: { requestId: res.headers["x-acs-request-id"], credentials },
});
await print("ali-oss", "AssumeRole", async () => inForm(await form.assumeRole(role, { Version: "1", Statement: [{ Effect: "Allow", Action: ["mq:SendMessage"], Resource: ["*"] }] }, 900, "npm")));
await print("ali-oss", "short session", async () => inForm(await form.assumeRole(role, "", 900, "x")));
await print("ali-oss", "assumed", async () => {
  const { credentials: k } = await form.assumeRole(role, "", 900, "npm");
  return senders["openapi-core"]({ accessKeyId: k.AccessKeyId, accessKeySecret: k.AccessKeySecret, securityToken: k.SecurityToken, endpoint: address, protocol: "HTTPS" });
});
