-- Koder Gate for HAProxy: asks the gate for every request. Anything but a clear yes (204) lets nobody in.
-- `http-request lua.koder_gate <site>`: the site is one of its `domains` in sites.toml, so that the visitor's Host does not
-- choose whose rules apply. The configuration has set txn.koder_visitor, txn.koder_host_and_port and txn.koder_token before; a yes sets txn.koder_passed.

local GATE = "http://127.0.0.1:8081"
-- HAProxy 2.6 asks up to four times before it gives up.
local TIMEOUT_MS = 1500

-- What the gate reads of a visitor's headers, beside its own cookies, and nothing else of them.
local ASKED = {
  "user-agent", "accept", "accept-language", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user",
  "sec-purpose", "purpose", "x-purpose", "x-moz", "x-requested-with", "authorization",
}
local TOLD = { "x-gate-site", "x-gate-environment", "x-gate-address", "x-gate-grant", "x-gate-approver" }
-- They belong to the connection between HAProxy and the gate.
local OWN = { ["connection"] = true, ["keep-alive"] = true, ["transfer-encoding"] = true, ["content-length"] = true }

-- The gate's own cookies on a protected host are for the gate alone, and all others for the site alone. A `;` ends a cookie,
-- also within quotes: a browser sends none in a value.
local function is_own(cookie)
  return cookie:find("^[ \t]*__Host%-kg=") ~= nil or cookie:find("^[ \t]*__Host%-kg%-s%-[^=]*=") ~= nil
end

-- Of every line of `Cookie` what is the gate's, as one list, and what is left of each line.
local function cookies(txn)
  local lines = txn.http:req_get_headers()["cookie"]
  local own, left = {}, {}
  if lines == nil then return own, left end
  for at = 0, #lines do
    local others, taken = {}, false
    for cookie in (lines[at] .. ";"):gmatch("([^;]*);") do
      if is_own(cookie) then
        own[#own + 1] = cookie
        taken = true
      else
        others[#others + 1] = cookie
      end
    end
    local line = lines[at]
    if taken then line = table.concat(others, ";"):gsub("^[ \t]+", "") end
    if line ~= "" then left[#left + 1] = line end
  end
  return own, left
end

local function set_cookies(txn, lines)
  txn.http:req_del_header("cookie")
  for _, line in ipairs(lines) do txn.http:req_add_header("cookie", line) end
end

local function question(txn, own)
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
  asked["x-forwarded-for"] = { txn:get_var("txn.koder_visitor") or "" }
  asked["x-forwarded-host"] = { txn:get_var("txn.koder_host_and_port") or "" }
  asked["x-forwarded-method"] = { txn.sf:method() }
  asked["x-forwarded-uri"] = { txn.sf:pathq() }
  local token = txn:get_var("txn.koder_token")
  if token then asked["x-gate-token"] = { token } end
  if #own > 0 then asked["cookie"] = { table.concat(own, ";") } end
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
    reply:add_header("retry-after", "15")
    reply:set_body("The gate does not answer, so nobody is let in.\n")
  end
  txn:done(reply)
end

core.register_action("koder_gate", { "http-req" }, function(txn, site)
  local client = core.httpclient()
  local own, left = cookies(txn)
  local ok, answer = pcall(function()
    return client:get({ url = GATE .. "/site/" .. site .. "/auth/forward", headers = question(txn, own), timeout = TIMEOUT_MS })
  end)
  if not ok or answer == nil or answer.status ~= 204 then
    return refuse(txn, ok and answer or nil)
  end
  txn:set_var("txn.koder_passed", site)
  if #own > 0 then set_cookies(txn, left) end
  local told = answer.headers or {}
  for _, name in ipairs(TOLD) do
    txn.http:req_set_header(name, told[name] and told[name][0] or "")
  end
  -- A bearer that was a token for the gate stays here; any other is the site's.
  local token = told["x-gate-token"]
  if token and token[0] == "used" then txn.http:req_del_header("authorization") end
end, 1)

-- For the gate's own pages, which are not checked: of the visitor's cookies the gate gets its own.
core.register_action("koder_own_cookies", { "http-req" }, function(txn)
  local own = cookies(txn)
  set_cookies(txn, #own > 0 and { table.concat(own, ";") } or {})
end, 0)
