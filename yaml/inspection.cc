#include "yaml/inspection.h"

#include <unistd.h>

#include <cstdio>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/masking.h"
#include "base/quoted.h"
#include "nlohmann/json.hpp"
#include "yaml/diagnostics_json.h"
#include "yaml/key_spec.h"
#include "yaml/section.h"

namespace servo::yaml {
namespace {

using nlohmann::ordered_json;

void PrintError(absl::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

// One file, looked at.
struct Inspected {
  std::string name;  // as messages call it
  std::string text;
  Diagnostics diagnostics = Diagnostics();
  std::optional<std::string> description;  // none: it has errors
};

// A problem of the file as a whole.
void AddProblem(Severity severity, absl::string_view message,
                Inspected* inspected) {
  inspected->diagnostics.Add({.severity = severity,
                              .file = inspected->name,
                              .message = std::string(message)});
}

Inspected InspectFile(const absl::StatusOr<File>& file, std::string name,
                      bool strict, DescribeFile describe) {
  Inspected inspected = {.name = std::move(name)};
  if (!file.ok()) {
    AddProblem(Severity::kError, file.status().message(), &inspected);
    return inspected;
  }
  inspected.name = file->path;
  inspected.text = file->text;
  for (const std::string& warning : file->warnings) {
    AddProblem(strict ? Severity::kError : Severity::kWarning, warning,
               &inspected);
  }
  std::optional<std::string> description =
      describe(*file, &inspected.diagnostics);
  if (!inspected.diagnostics.has_errors()) {
    inspected.description = std::move(description);
  }
  return inspected;
}

std::vector<Inspected> InspectAll(const Inspection& inspection,
                                  DescribeFile describe) {
  std::vector<Inspected> all;
  if (inspection.files.empty()) {
    // No name of a file: the message tells where one was looked for.
    all.push_back(InspectFile(ReadFile(inspection.places), inspection.program,
                              inspection.strict, describe));
  }
  for (const std::string& path : inspection.files) {
    all.push_back(InspectFile(ReadOperand(path, inspection.places.trusted),
                              path == "-" ? "<stdin>" : path, inspection.strict,
                              describe));
  }
  return all;
}

int PrintText(absl::string_view program, const std::vector<Inspected>& all) {
  std::string out;
  for (const Inspected& inspected : all) {
    const bool color = isatty(STDERR_FILENO) == 1;
    PrintError(inspected.diagnostics.Render(color));
    if (!inspected.description.has_value()) continue;
    absl::StrAppend(&out, out.empty() ? "" : "\n", inspected.name, ":\n",
                    *inspected.description);
  }
  return Print(program, out);
}

int PrintJson(absl::string_view program, const std::vector<Inspected>& all) {
  ordered_json files = ordered_json::array();
  for (const Inspected& inspected : all) {
    const Diagnostics& diagnostics = inspected.diagnostics;
    ordered_json entry = {
        {"file", inspected.name},
        {"ok", inspected.description.has_value()},
        {"diagnostics", DiagnosticsJson(diagnostics, inspected.text)}};
    if (diagnostics.omitted() > 0) entry["omitted"] = diagnostics.omitted();
    if (inspected.description.has_value()) {
      entry["plan"] = *inspected.description;
    }
    files.push_back(std::move(entry));
  }
  const ordered_json document = {{"files", std::move(files)}};
  return Print(
      program,
      absl::StrCat(
          document.dump(2, ' ', false, ordered_json::error_handler_t::replace),
          "\n"));
}

// A value that stands in the file.
std::string GivenValue(const Field& value, const KeySpec& spec) {
  const Node& node = value.node();
  if (spec.shown.kind() == Shown::kSecret) return std::string(base::kMask);
  if (!node.is_scalar()) return node.Describe(/*show_text=*/false);
  if (spec.shown.kind() == Shown::kUrl) return base::UrlOutline(node.text());
  return node.kind() == Node::Kind::kString ? base::QuotedWhole(node.text())
                                            : std::string(node.text());
}

// What stands for a value that is not given.
std::string AbsentValue(const Field& value, const KeySpec& spec) {
  if (value.is_default()) return absl::StrCat(spec.default_text, " (default)");
  return spec.none_means.empty() ? "none" : std::string(spec.none_means);
}

}  // namespace

int Print(absl::string_view program, absl::string_view text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
      std::fflush(stdout) == 0;
  if (written) return 0;
  std::perror(absl::StrCat(program, ": cannot write to stdout").c_str());
  return 1;
}

int InspectFiles(const Inspection& inspection, DescribeFile describe) {
  const std::vector<Inspected> all = InspectAll(inspection, describe);
  const int printed = inspection.format == Inspection::Format::kJson
                          ? PrintJson(inspection.program, all)
                          : PrintText(inspection.program, all);
  for (const Inspected& inspected : all) {
    if (!inspected.description.has_value()) return 1;
  }
  return printed;
}

int InspectSection(const Inspection& inspection, DescribeSection describe) {
  return InspectFiles(
      inspection,
      [&](const File& file,
          Diagnostics* diagnostics) -> std::optional<std::string> {
        std::string description;
        const absl::Status status = ReadSection(
            file.text, file.path, inspection.section, diagnostics,
            [&](const Field& section) { description = describe(section); });
        if (inspection.strict) diagnostics->MakeWarningsErrors();
        if (!status.ok()) return std::nullopt;
        return description;
      });
}

std::string DescribeValues(const MappingReader& mapping, Values values) {
  std::string lines;
  if (!mapping.ok()) return lines;
  for (size_t i = 0; i < mapping.keys().size(); ++i) {
    const KeySpec& spec = mapping.keys()[i];
    const Field value = mapping[i];
    if (!value.given() && values == Values::kGiven) continue;
    absl::StrAppend(
        &lines, spec.name, ": ",
        value.given() ? GivenValue(value, spec) : AbsentValue(value, spec),
        "\n");
  }
  return lines;
}

}  // namespace servo::yaml
