#include "config/reference_place.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "plan/run_names.h"

namespace servo::config {
namespace {

using plan::Reference;

constexpr char kUseEnv[] =
    "; give it by env, as env: {NAME: \"${{ ... }}\"}, and use \"$NAME\"";

// What to say where no reference can stand.
absl::string_view PlacesOf(Owner owner) {
  switch (owner) {
    case Owner::kProcess:
      return "; a program is given it by env, as env: {NAME: \"${{ ... }}\"}, "
             "or by stdin";
    case Owner::kRequest:
      return "; in a request it stands in url, params, headers, data, json or "
             "auth";
    case Owner::kSection:
      break;
  }
  return "; it stands in tasks: in env or stdin of a process, in url, params, "
         "headers, data, json or auth of a request";
}

}  // namespace

std::string ProblemOfPlace(const Reference& reference, Place place,
                           Owner owner) {
  const bool run = reference.kind == Reference::Kind::kRun;
  const plan::RunName* known =
      run ? plan::FindRunName(reference.name) : nullptr;
  switch (place) {
    case Place::kNowhere:
      return absl::StrCat("a reference cannot stand here", PlacesOf(owner));
    case Place::kCwd:
      return absl::StrCat("a reference cannot stand here", kUseEnv,
                          " in a shell command, as shell_exec: 'cd "
                          "\"$NAME\" && ...'");
    case Place::kShell:
      return absl::StrCat(
          "a reference cannot stand in a shell command, of which a value "
          "would become a part",
          kUseEnv);
    case Place::kProgram:
      return absl::StrCat("a reference cannot name what is executed", kUseEnv,
                          " in a shell command");
    case Place::kArgument:
      if (run && (known == nullptr || known->harmless)) return "";
      if (owner == Owner::kRequest) {
        return "only run.id and the numbers of run can stand in a path";
      }
      return absl::StrCat(
          "only run.id and the numbers of run can stand in an argument or a "
          "path",
          kUseEnv);
    case Place::kJsonData:
      return "use json instead of data: a value must be encoded in JSON";
    case Place::kLoader:
      if (reference.kind != Reference::Kind::kCapture) return "";
      return "a captured value cannot stand in a variable that chooses what "
             "is executed; give it by a variable of another name";
    case Place::kUrl:
    case Place::kText:
      break;
  }
  return "";
}

}  // namespace servo::config
