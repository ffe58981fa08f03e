-- Koder Gate for HAProxy: asks the gate for every request. Anything but a clear yes (204) lets nobody in.

local GATE = "http://127.0.0.1:8081/auth/forward"
local TIMEOUT_MS = 5000

-- What the gate needs to know of a request, and nothing else of it: no cookie, no authorization.
local ASKED = {
  "x-forwarded-for", "x-forwarded-host", "x-forwarded-method", "x-forwarded-uri",
  "user-agent", "accept", "accept-language", "sec-fetch-mode", "sec-fetch-dest", "sec-purpose", "purpose", "x-moz",
}
local TOLD = { "x-gate-site", "x-gate-environment", "x-gate-address", "x-gate-grant", "x-gate-approver" }
-- They belong to the connection between HAProxy and the gate.
local OWN = { ["connection"] = true, ["keep-alive"] = true, ["transfer-encoding"] = true, ["content-length"] = true }

local function question(txn)
  local had = txn.http:req_get_headers()
  local asked = {}
  for _, name in ipairs(ASKED) do
    if had[name] then
      local lines = {}
      for at = 0, #had[name] do
        lines[#lines + 1] = had[name][at]
      end
      asked[name] = lines
    end
  end
  return asked
end

local function refuse(txn, answer)
  local reply = txn:reply()
  if answer and answer.status == 403 then
    reply:set_status(403)
    for name, lines in pairs(answer.headers or {}) do
      if not OWN[name] then
        for at = 0, #lines do
          if lines[at] then reply:add_header(name, lines[at]) end
        end
      end
    end
    reply:set_body(answer.body or "")
  else
    reply:set_status(503)
    reply:add_header("content-type", "text/plain; charset=utf-8")
    reply:add_header("cache-control", "no-store")
    reply:set_body("The gate does not answer, so nobody is let in.\n")
  end
  txn:done(reply)
end

core.register_action("koder_gate", { "http-req" }, function(txn)
  local client = core.httpclient()
  local ok, answer = pcall(function()
    return client:get({ url = GATE, headers = question(txn), timeout = TIMEOUT_MS })
  end)
  if not ok or answer == nil or answer.status ~= 204 then
    return refuse(txn, ok and answer or nil)
  end
  for _, name in ipairs(TOLD) do
    local lines = answer.headers and answer.headers[name]
    txn.http:req_set_header(name, lines and lines[0] or "")
  end
end, 0)
