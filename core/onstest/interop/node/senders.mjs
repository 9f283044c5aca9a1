// Posts a delivery of each sender whose npm package can sign one, signed by that package, and prints the status of each. A second
// argument has all altered after they were signed, or signed by another secret or at another time.
import Stripe from "stripe";
import { Webhook as Svix } from "svix";
import { Webhook as Standard } from "standardwebhooks";
import twilio from "twilio";

const [base, how] = process.argv.slice(2);
const key = Buffer.from("a secret of npm's").toString("base64");
const other = Buffer.from("another one").toString("base64");
const at = new Date(Date.now() - (how === "late" ? 3600_000 : 0));
const seconds = Math.floor(at / 1000);
const secret = how === "secret" ? other : key;
const json = JSON.stringify({ id: "evt_1", type: "a.b", created: seconds });

function stripe() {
  const header = Stripe.webhooks.generateTestHeaderString({ payload: json, secret, timestamp: seconds });
  return { body: json, headers: { "Stripe-Signature": header } };
}
function svix() {
  const signature = new Svix("whsec_" + secret).sign("msg_1", at, json);
  return { body: json, headers: { "svix-id": "msg_1", "svix-timestamp": String(seconds), "svix-signature": signature } };
}
function standard() {
  const signature = new Standard("whsec_" + secret).sign("msg_1", at, json);
  return { body: json, headers: { "webhook-id": "msg_1", "webhook-timestamp": String(seconds), "webhook-signature": signature } };
}
function twilioForm() {
  const form = { MessageSid: "SM1", SmsStatus: "delivered", Body: "door 7 opened & closed" };
  const signature = twilio.getExpectedTwilioSignature(secret, "https://bridge.example/in/twilio", form);
  return { body: new URLSearchParams(form).toString(), headers: { "X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded" } };
}

const senders = { stripe, svix, standard, twilio: twilioForm };
for (const [name, make] of Object.entries(senders)) {
  if (how === "late" && name === "twilio") continue; // it signs no time
  const { body, headers } = make();
  const answer = await fetch(`${base}/in/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: how === "altered" ? body.replace("e", "f") : body,
  });
  console.log(JSON.stringify({ name, status: answer.status, body: await answer.text() }));
}
