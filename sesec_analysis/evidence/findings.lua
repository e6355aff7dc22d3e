-- Insert findings of an edition into any document that pandoc or Quarto reads:
--   [sentence]{finding="sesec:rate.disciplined.2023.all.southeast_seattle.black"}
-- The text in brackets is what is inserted: sentence, number, interval, n, citation, or source.
-- The document's metadata names the file of findings:   findings: findings.json

local FIELDS = {
  sentence = "sentence", number = "value", interval = "interval", n = "n",
  citation = "cite_apa", source = "source",
}
local records, path = {}, "findings.json"

local function refuse(words)
  io.stderr:write("findings.lua: " .. words .. "\n")
  os.exit(1)
end

local function read(meta)
  if meta.findings then path = pandoc.utils.stringify(meta.findings) end
  local file = io.open(path, "r")
  if not file then refuse("there is no file " .. path .. "; name that of an edition in the metadata: findings: PATH") end
  local is_json, list = pcall(pandoc.json.decode, file:read("a"), false)
  file:close()
  local rows = is_json and type(list) == "table" and (list.rows or list) or {}
  for _, record in ipairs(rows) do
    for at, name in ipairs(list.columns or {}) do record[name] = record[at] end -- of a published edition
    if record.id then records[record.id] = record end
  end
  if not next(records) then refuse(path .. " is not the findings.json of an edition") end
end

local function near(id)
  local head, found = id:match("^[^.]+%.[^.]+") or id, {}
  for known in pairs(records) do
    if known:sub(1, #head) == head then table.insert(found, known) end
  end
  table.sort(found)
  return #found > 0 and "; such as " .. table.concat(found, ", ", 1, math.min(3, #found)) or ""
end

local function insert(span)
  local id = span.attributes.finding
  if not id then return nil end
  local record, what = records[id], pandoc.utils.stringify(span.content)
  if not record then refuse(path .. " has no finding " .. id .. near(id)) end
  local field = FIELDS[what]
  if not field then
    refuse("[" .. what .. "] is none of sentence, number, interval, n, citation, source (" .. id .. ")")
  end
  local value = record[field]
  if value == nil or value == pandoc.json.null then value = what == "n" and "not published" or "not available" end
  if type(value) == "number" then
    value = string.format("%d", value):reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", "")
  end
  if value == "" then value = record.publish == "nothing" and "not shown" or "not available" end
  span.content = pandoc.Inlines(value)
  return span
end

return { { Meta = read }, { Span = insert } }
