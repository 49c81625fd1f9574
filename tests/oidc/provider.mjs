// A real OpenID provider on loopback, told over /test who signs in next and what to spoil.
// Says on which port it listens: {"port": 12345}.
import { createServer } from "node:http";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from "jose";
import Provider from "oidc-provider";

const [clientId, clientSecret, ...returnUrls] = process.argv.slice(2);
const ordinary = { account: "somebody", acr: undefined, amr: undefined, shownAt: undefined, token: undefined, away: "" };
let next = { ...ordinary };
let serve;
let key;

async function makeKey() {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), use: "sig", alg: "RS256" };
  return { ...jwk, kid: await calculateJwkThumbprint(jwk) };
}

function publicPart({ kty, n, e }) {
  return { kty, n, e };
}

// What the token endpoint answers, spoiled where a test asks for it, and signed all the same.
async function spoil(idToken, { claims = {}, sign = "right", header = {} }) {
  const [head, payload] = idToken.split(".").map((part) => part && Buffer.from(part, "base64url"));
  const said = { ...JSON.parse(payload), ...claims };
  for (const name of Object.keys(claims)) if (claims[name] === null) delete said[name];
  if (sign === "none") {
    const token = new UnsecuredJWT(said).encode();
    const kid = Buffer.from(JSON.stringify({ alg: "none", kid: key.kid })).toString("base64url");
    return `${kid}.${token.split(".")[1]}.`;
  }
  if (sign === "public key as secret") {
    const secret = Buffer.from(JSON.stringify(publicPart(key)));
    return new SignJWT(said).setProtectedHeader({ alg: "HS256", kid: key.kid }).sign(secret);
  }
  const signer = sign === "another key" ? await makeKey() : key;
  return new SignJWT(said)
    .setProtectedHeader({ ...JSON.parse(head), ...header })
    .sign(await importJWK(signer, "RS256"));
}

async function start(issuer) {
  key = await makeKey();
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: returnUrls,
        require_auth_time: true,
      },
    ],
    jwks: { keys: [key] },
    claims: { openid: ["sub", "pid", "amr"], acr: null, auth_time: null },
    conformIdTokenClaims: false,
    acrValues: ["idporten-loa-substantial", "idporten-loa-high", "idporten-loa-low"],
    cookies: { keys: ["only for tests"] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, pid: "01019012345" }),
    }),
    loadExistingGrant: async (context) => {
      const grant = new context.oidc.provider.Grant({
        clientId: context.oidc.client.clientId,
        accountId: context.oidc.session.accountId,
      });
      grant.addOIDCScope("openid");
      await grant.save();
      return grant;
    },
  });
  provider.use(async (context, following) => {
    await following();
    if (context.path === "/token" && next.token && context.body?.id_token) {
      context.body.id_token = await spoil(context.body.id_token, next.token);
    }
  });
  const answer = provider.callback();
  serve = async (request, response) => {
    if (!request.url.startsWith("/interaction/")) return answer(request, response);
    const { account: accountId, acr, amr, shownAt: ts } = next;
    if (accountId === null) {
      const result = { error: "access_denied" };
      return provider.interactionFinished(request, response, result);
    }
    return provider.interactionFinished(request, response, { login: { accountId, acr, amr, ts } });
  };
}

async function told(request, response) {
  let text = "";
  for await (const piece of request) text += piece;
  const { rotate, ...rest } = JSON.parse(text);
  next = { ...ordinary, ...rest };
  if (rotate) await start(`http://127.0.0.1:${server.address().port}`);
  response.end("{}");
}

const server = createServer((request, response) => {
  if (request.url === "/test") return told(request, response);
  if (next.away === "hangs") return undefined;
  if (next.away) return response.writeHead(503).end("away");
  return serve(request, response);
});
server.listen(0, "127.0.0.1", async () => {
  await start(`http://127.0.0.1:${server.address().port}`);
  console.log(JSON.stringify({ port: server.address().port }));
});
process.stdin.resume().on("end", () => process.exit()); // whoever started it is gone
