'use strict';
// An SMSC for tests. It keeps what it was given, reports on it, sends replies
// and misbehaves, as told by JSON over HTTP on loopback:
//
//   GET  /stats     counts
//   GET  /messages  every message put together, and how often each segment came
//   POST /config    any of the settings below
//   POST /replies   [{from, to, text, segments}] sent as messages from phones
//   POST /drop      cut every connection at once, without a word
//   POST /unbind    take leave of every connection
//
// A deliver_sm that was not answered with status 0 is kept and sent again,
// after a rebind too. On its first line it prints its two ports as JSON.
const http = require('node:http');
const smpp = require('smpp');

const settings = {
  password: '',        // '' takes any
  delayMs: 0,          // before a submit is answered
  receipts: 'DELIVRD', // the state to report; '' reports nothing
  receiptDelayMs: 0,
  receiptTwice: false,
  states: {},          // number → state, before `receipts`
  throttleNext: 0,     // refuse so many submits with 0x58
  refuse: {},          // number → command_status
  dropAfter: 0,        // take one submit after so many and cut the line unanswered
  hexIds: false,       // number in hex when accepting, in decimal when reporting
  maxWindow: 0,        // cut a client that has more submits unanswered
};

const state = { submits: 0, answered: 0, throttled: 0, binds: 0, widest: 0, acked: 0, refusedAcks: 0 };
const received = new Map(); // number → Map(segment key → {count, text, total, index, ref})
const outbox = new Map();   // our own id → {pdu, session}
let lastId = Number(process.env.SMSC_FIRST_ID || 1000);
let lastOut = 0;
let countdown = 0;
const bound = new Set();

function segmentOf(pdu) {
  const sm = pdu.short_message;
  const text = typeof sm.message === 'string' ? sm.message : Buffer.from(sm.message).toString('latin1');
  let part = { ref: 0, total: 1, index: 1 };
  for (const ie of sm.udh || []) {
    if (ie[0] === 0x00 && ie[1] === 3) part = { ref: ie[2], total: ie[3], index: ie[4] };
  }
  return { ...part, text, from: pdu.source_addr };
}

function note(pdu) {
  const number = pdu.destination_addr;
  const seg = segmentOf(pdu);
  if (!received.has(number)) received.set(number, new Map());
  const segments = received.get(number);
  const key = `${seg.ref}/${seg.total}/${seg.index}/${seg.text}`;
  const known = segments.get(key) || { ...seg, count: 0 };
  known.count++;
  segments.set(key, known);
}

// put queues a message to a client: of one account, or of any.
function put(pdu, account) {
  outbox.set(++lastOut, { pdu, account, session: null });
  flush();
}

// flush sends what waits, spread over the sessions that are bound.
function flush() {
  for (const [id, item] of outbox) {
    if (item.session) continue;
    const sessions = [...bound].filter((s) => !item.account || s.account === item.account);
    if (sessions.length === 0) continue;
    const session = sessions[id % sessions.length];
    item.session = session;
    const ok = session.deliver_sm(item.pdu, (resp) => {
      if (resp.command_status === 0) {
        state.acked++;
        outbox.delete(id);
        return;
      }
      state.refusedAcks++;
      setTimeout(() => { item.session = null; flush(); }, 200);
    });
    if (!ok) item.session = null;
  }
}

function forget(session) {
  bound.delete(session);
  for (const item of outbox.values()) if (item.session === session) item.session = null;
  flush();
}

const stamp = () => new Date().toISOString().replace(/\D/g, '').slice(2, 12);

function report(pdu, id, account) {
  const stat = settings.states[pdu.destination_addr] || settings.receipts;
  if (!stat) return;
  const text = `id:${id} sub:001 dlvrd:001 submit date:${stamp()} done date:${stamp()} stat:${stat} err:000 text:`;
  const send = () => put({
    source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, esm_class: 4, data_coding: 0,
    short_message: Buffer.from(text),
  }, account);
  setTimeout(() => { send(); if (settings.receiptTwice) send(); }, settings.receiptDelayMs);
}

function accept(session, pdu, pending) {
  lastId++;
  const id = String(lastId);
  setTimeout(() => {
    pending.n--;
    state.answered++;
    session.send(pdu.response({ message_id: settings.hexIds ? lastId.toString(16) : id }));
    report(pdu, id, session.account);
  }, settings.delayMs);
}

function onSubmit(session, pdu, pending) {
  pending.n++;
  state.widest = Math.max(state.widest, pending.n);
  if (settings.maxWindow && pending.n > settings.maxWindow) return session.destroy();
  const refused = settings.refuse[pdu.destination_addr];
  if (settings.throttleNext > 0 || refused) {
    if (!refused) { settings.throttleNext--; state.throttled++; }
    pending.n--;
    return session.send(pdu.response({ command_status: refused || 0x58 }));
  }
  state.submits++;
  note(pdu);
  if (countdown > 0 && --countdown === 0) {
    report(pdu, String(++lastId), session.account); // it was taken, and will be reported on
    return session.destroy();
  }
  accept(session, pdu, pending);
}

const server = smpp.createServer((session) => {
  const pending = { n: 0 };
  session.on('error', () => session.destroy());
  session.on('close', () => forget(session));
  const bind = (pdu) => {
    if (settings.password && pdu.password !== settings.password) {
      session.send(pdu.response({ command_status: 0x0e }));
      return session.close();
    }
    session.account = pdu.system_id;
    session.socket.setNoDelay(true);
    session.send(pdu.response({ system_id: 'smsc' }));
    state.binds++;
    bound.add(session);
    flush();
  };
  session.on('bind_transceiver', bind);
  session.on('submit_sm', (pdu) => onSubmit(session, pdu, pending));
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); });
});

function messages() {
  const out = [];
  for (const [number, segments] of received) {
    const groups = new Map();
    for (const s of segments.values()) {
      const key = `${s.ref}/${s.total}`;
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(s);
    }
    for (const group of groups.values()) {
      group.sort((a, b) => a.index - b.index);
      out.push({ number, from: group[0].from, text: group.map((s) => s.text).join(''), segments: group.length, total: group[0].total,
        counts: group.map((s) => s.count), ref: group[0].ref });
    }
  }
  return out;
}

let replyRef = 0;

function sendReply(r) {
  const base = { source_addr: r.from, destination_addr: r.to || '10690000', esm_class: 0, data_coding: 8 };
  const pieces = r.segments || [r.text];
  if (pieces.length === 1) return put({ ...base, short_message: pieces[0] });
  replyRef = (replyRef + 1) % 256;
  const order = pieces.map((_, i) => i);
  if (r.reversed) order.reverse();
  for (const i of order) {
    put({ ...base, esm_class: 0x40, short_message: { udh: Buffer.from([5, 0, 3, replyRef, pieces.length, i + 1]), message: pieces[i] } });
  }
}

const actions = {
  'GET /stats': () => ({ ...state, bound: bound.size, outbox: outbox.size, numbers: received.size }),
  'GET /messages': () => messages(),
  'POST /config': (body) => { Object.assign(settings, body); if (body.dropAfter) countdown = body.dropAfter; return settings; },
  'POST /replies': (body) => { body.forEach(sendReply); return { sent: body.length }; },
  'POST /drop': () => { for (const s of bound) s.destroy(); return {}; },
  'POST /unbind': () => { for (const s of bound) s.unbind(() => s.close()); return {}; },
};

const control = http.createServer((req, res) => {
  let raw = '';
  req.on('data', (chunk) => { raw += chunk; });
  req.on('end', () => {
    const action = actions[`${req.method} ${req.url}`];
    res.setHeader('Content-Type', 'application/json');
    if (!action) { res.statusCode = 404; return res.end('{}'); }
    res.end(JSON.stringify(action(raw ? JSON.parse(raw) : {})));
  });
});

server.listen(Number(process.env.SMSC_PORT || 0), '127.0.0.1', () => {
  control.listen(0, '127.0.0.1', () => {
    console.log(JSON.stringify({ smpp: server.address().port, http: control.address().port }));
  });
});
process.stdin.on('end', () => process.exit(0)); // whoever started us is gone
process.stdin.resume();
