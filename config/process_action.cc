#include "config/process_action.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "config/keys.h"
#include "yaml/value_readers.h"

namespace servo::config {
namespace {

constexpr base::CodeRanges::Limits kExitCodes = {0, 255, "an exit code"};

// One text of a command.
bool ReadWord(const yaml::Field& field, std::string* word) {
  if (!field.given()) {
    field.Error("expected a text, found null; an empty argument is written ''");
    return false;
  }
  if (!field.node().is_scalar()) {
    const bool is_mapping = field.node().kind() == yaml::Node::Kind::kMapping;
    field.Expected("a text",
                   is_mapping ? "; a text that contains \": \" is quoted" : "");
    return false;
  }
  return field.Read(word);
}

// The program or script and what follows it; empty if there was a problem.
std::vector<std::string> ReadCommand(const yaml::Field& field,
                                     absl::string_view first) {
  std::vector<std::string> words;
  if (field.node().kind() == yaml::Node::Kind::kMapping) {
    field.Expected(absl::StrCat(first, ", or a list that begins with it"));
    return {};
  }
  if (field.node().is_scalar()) {
    words.resize(1);
    if (!ReadWord(field, &words[0])) return {};
  } else {
    words.resize(field.node().items().size());
    bool ok = true;
    for (size_t i = 0; i < words.size(); ++i) {
      ok = ReadWord(field.Item(i), &words[i]) && ok;
    }
    if (!ok) return {};
  }
  if (words.empty() || absl::StripAsciiWhitespace(words[0]).empty()) {
    const bool in_list = !words.empty() && !field.node().is_scalar();
    const std::string message =
        absl::StrCat("expected ", first, ", found ",
                     words.empty() ? "an empty list" : "an empty text");
    if (in_list) {
      field.Item(0).Error(message);
    } else {
      field.Error(message);
    }
    return {};
  }
  return words;
}

// A text with blanks is most likely meant to be split.
void WarnOfBlanks(const yaml::Field& field) {
  if (!field.node().is_scalar() || !absl::StrContains(field.text(), ' ')) {
    return;
  }
  field.KeyWarning(
      "a text is not split: all of it is the program's path; with arguments "
      "write a list, exec: [PROGRAM, ARGUMENT], or use shell_exec");
}

// Whether a shell command refers to its arguments: $0, $1, $@, $*, $#, ${1.
bool UsesArguments(absl::string_view script) {
  for (size_t i = script.find('$'); i != absl::string_view::npos;
       i = script.find('$', i + 1)) {
    absl::string_view rest = script.substr(i + 1);
    absl::ConsumePrefix(&rest, "{");
    absl::ConsumePrefix(&rest, "#");
    if (!rest.empty() &&
        (absl::ascii_isdigit(rest[0]) || rest[0] == '@' || rest[0] == '*')) {
      return true;
    }
    if (absl::StartsWith(script.substr(i), "$#")) return true;
  }
  return false;
}

// What follows a shell command that ignores it is most likely meant to be the
// next command.
void WarnOfArguments(const yaml::Field& field,
                     const std::vector<std::string>& words) {
  if (words.size() < 2 || UsesArguments(words[0])) return;
  field.Item(1).Warning(
      "without effect: what follows the first text are the arguments $0, $1, "
      "..., which the command does not use; several commands are one text, "
      "joined by \";\" or line breaks");
}

void ReadEnvironment(const yaml::Field& field, exec::Command* command) {
  yaml::ReadTextMap(
      field, [command](const yaml::Field& value, const std::string& name,
                       const std::string& text) {
        if (absl::StrContains(name, '=') || absl::StrContains(name, '\0')) {
          value.KeyError(
              "expected the name of an environment variable, which holds "
              "neither \"=\" nor NUL characters; a variable is written "
              "NAME: VALUE");
          return;
        }
        command->env.emplace_back(name, text);
      });
}

}  // namespace

plan::ProcessAction ReadProcessAction(const yaml::MappingReader& task,
                                      bool shell) {
  plan::ProcessAction action;
  action.shell = shell;
  if (shell) {
    std::vector<std::string> words =
        ReadCommand(task[TaskKey("shell_exec")], "a shell command");
    if (!words.empty()) {
      WarnOfArguments(task[TaskKey("shell_exec")], words);
      std::string script = std::move(words.front());
      words.erase(words.begin());
      action.command = exec::Shell(std::move(script), std::move(words));
    }
  } else {
    action.command.argv =
        ReadCommand(task[TaskKey("exec")], "the path of a program");
    if (!action.command.argv.empty()) WarnOfBlanks(task[TaskKey("exec")]);
  }
  ReadEnvironment(task[TaskKey("env")], &action.command);
  task[TaskKey("clear_env")].Read(&action.command.clear_env);
  task[TaskKey("cwd")].ReadNonEmpty(&action.command.cwd);
  if (const yaml::Field text = task[TaskKey("stdin")]; text.given()) {
    std::string stdin_text;
    if (text.Read(&stdin_text)) action.command.stdin_text = stdin_text;
  }
  yaml::ReadCodes(task[TaskKey("success_exitcodes")], kExitCodes,
                  &action.success_exitcodes);
  yaml::ReadSignal(task[TaskKey("kill_signal")], &action.options.kill_signal);
  task[TaskKey("kill_timeout")].Read(&action.options.kill_timeout);
  yaml::ReadBytes(task[TaskKey("max_output")],
                  kTaskKeys[TaskKey("max_output")].max,
                  &action.options.output_limit);
  return action;
}

}  // namespace servo::config
