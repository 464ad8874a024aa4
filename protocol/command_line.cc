#include "protocol/command_line.h"

#include <getopt.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/nearest.h"

namespace servo::protocol {
namespace {

using Mode = Arguments::Mode;

struct KnownOption {
  Option option;
  Mode mode = Mode::kMeasure;  // what it asks for, if it is a mode
};

// All that a driver's command line knows: its own options and everyone's.
std::vector<KnownOption> KnownOptions(const Program& program) {
  std::vector<KnownOption> known;
  known.reserve(program.options.size() + 5);
  for (const Option& option : program.options)
    known.push_back({option, option.is_run    ? Mode::kRun
                             : option.is_mode ? Mode::kOther
                                              : Mode::kMeasure});
  known.insert(
      known.end(),
      {{{.name = "info",
         .help = "Print the driver's version and what it can do, as JSON.",
         .is_mode = true},
        Mode::kInfo},
       {{.name = "describe",
         .help = "Print the metrics that measuring returns, as JSON.",
         .is_mode = true},
        Mode::kDescribe},
       {{.name = "verbose", .help = "Tell on stderr what is being done."}},
       {{.name = "version", .help = "Print the version."}, Mode::kVersion},
       {{.name = "help", .help = "Print this text."}, Mode::kHelp}});
  return known;
}

absl::Status UsageError(absl::string_view message) {
  return absl::InvalidArgumentError(message);
}

// Of `word`, "--inof=x" or the like, which is not known or not unambiguous.
absl::Status UnknownOption(const std::vector<KnownOption>& known,
                           absl::string_view word) {
  std::pair<absl::string_view, absl::string_view> name_and_value =
      absl::StrSplit(absl::StripPrefix(word, "--"), absl::MaxSplits('=', 1));
  absl::string_view name = name_and_value.first;

  std::vector<std::string> meant;
  for (const KnownOption& candidate : known) {
    if (absl::StartsWith(candidate.option.name, name))
      meant.push_back(absl::StrCat("--", candidate.option.name));
  }
  if (meant.size() > 1) {
    return UsageError(absl::StrCat(
        "option --", name, " is ambiguous: ", absl::StrJoin(meant, " or ")));
  }
  std::string message = absl::StrCat("unknown option --", name);
  std::vector<absl::string_view> names;
  names.reserve(known.size());
  for (const KnownOption& candidate : known)
    names.push_back(candidate.option.name);
  const absl::string_view nearest = base::Nearest(name, names);
  if (!nearest.empty())
    absl::StrAppend(&message, "; did you mean --", nearest, "?");
  return UsageError(message);
}

// Where option `i` of the known ones stands in getopt_long's results: above all
// characters.
constexpr int kFirstCode = 256;

std::vector<option> GetoptTable(const std::vector<KnownOption>& known) {
  std::vector<option> table;
  for (size_t i = 0; i < known.size(); ++i) {
    const Option& option = known[i].option;
    const int argument = option.value.empty()       ? no_argument
                         : option.value_is_optional ? optional_argument
                                                    : required_argument;
    table.push_back({option.name.c_str(), argument, nullptr,
                     kFirstCode + static_cast<int>(i)});
  }
  table.push_back({});
  return table;
}

// What to do about the option that getopt_long refused with `result` and
// `optopt`.
absl::Status RefusedOption(const std::vector<KnownOption>& known, int result,
                           absl::string_view word) {
  if (optopt >= kFirstCode) {
    const Option& option = known[optopt - kFirstCode].option;
    return UsageError(
        result == ':'
            ? absl::StrCat("option --", option.name, " needs a value: --",
                           option.name, "=", option.value)
            : absl::StrCat("option --", option.name, " takes no value"));
  }
  if (optopt != 0) {
    return UsageError(absl::StrCat("unknown option -",
                                   std::string(1, static_cast<char>(optopt))));
  }
  return UnknownOption(known, word);
}

// Takes one option into `arguments`. `mode_option` is the name of the mode that
// was given before, if any.
absl::Status TakeOption(const KnownOption& known, const char* value,
                        Arguments* arguments, std::string* mode_option) {
  const Option& option = known.option;
  const bool needs_value = !option.value.empty() && !option.value_is_optional;
  if (needs_value && *value == '\0') {
    return UsageError(absl::StrCat("the value of option --", option.name,
                                   " is empty: --", option.name, "=",
                                   option.value));
  }
  if (option.is_mode || option.is_run) {
    if (!mode_option->empty() && *mode_option != option.name) {
      return UsageError(absl::StrCat("--", *mode_option, " and --", option.name,
                                     " exclude each other"));
    }
    *mode_option = option.name;
    arguments->mode = known.mode;
  }
  if (option.name == "verbose") {
    arguments->verbose = true;
  } else if (known.mode == Mode::kMeasure || known.mode == Mode::kOther ||
             known.mode == Mode::kRun) {
    std::vector<std::string>& values = arguments->options[option.name];
    if (!option.is_repeatable) values.clear();
    values.emplace_back(value == nullptr ? "" : value);
  }
  return absl::OkStatus();
}

const Option* Find(const Program& program, absl::string_view name) {
  for (const Option& option : program.options) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

void AppendMode(std::string* out, absl::string_view mode) {
  if (mode.empty())
    absl::StrAppend(out, "measuring");
  else
    absl::StrAppend(out, "--", mode);
}

// Whether each option goes with the mode, whose option is called `mode`, empty
// for measuring.
absl::Status CheckOnlyWith(const Program& program, const Arguments& arguments,
                           const std::string& mode) {
  for (const auto& [name, values] : arguments.options) {
    const std::vector<absl::string_view>& modes =
        Find(program, name)->only_with;
    if (modes.empty() || absl::c_linear_search(modes, mode)) continue;
    return UsageError(absl::StrCat("option --", name, " goes with ",
                                   absl::StrJoin(modes, " or ", AppendMode),
                                   " alone"));
  }
  return absl::OkStatus();
}

// Takes what is no option: the mode's files, or the APP_ID.
absl::Status TakeOperands(const Program& program, const Option* mode,
                          absl::Span<char* const> operands,
                          Arguments* arguments) {
  if (mode != nullptr && !mode->files.empty()) {
    arguments->files.assign(operands.begin(), operands.end());
    return absl::OkStatus();
  }
  if (operands.size() > 1) {
    return UsageError(absl::StrCat("more than one APP_ID: '",
                                   absl::StrJoin(operands, "', '"), "'"));
  }
  if (!operands.empty()) arguments->app_id = operands[0];
  const bool needed =
      arguments->mode == Mode::kMeasure || arguments->mode == Mode::kDescribe;
  const bool given = arguments->mode == Mode::kRun && !operands.empty();
  if ((needed || given) && arguments->app_id.empty()) {
    if (!operands.empty()) return UsageError("APP_ID is empty");
    const std::string run = RunOption(program);
    return UsageError(arguments->mode == Mode::kMeasure && !run.empty()
                          ? absl::StrCat("APP_ID is missing; to measure by "
                                         "hand give ",
                                         run)
                          : "APP_ID is missing");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Arguments> ParseCommandLine(const Program& program,
                                           absl::Span<const std::string> args) {
  const std::vector<KnownOption> known = KnownOptions(program);
  const std::vector<option> table = GetoptTable(known);

  // getopt_long reorders the pointers and leaves the texts alone.
  std::vector<char*> argv = {const_cast<char*>(program.name.c_str())};
  for (const std::string& arg : args)
    argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  const int argc = static_cast<int>(argv.size()) - 1;

  Arguments arguments;
  std::string mode_option;
  opterr = 0;
  optind = 0;  // begins anew (getopt(3), "Notes")
  while (true) {
    int result = getopt_long(argc, argv.data(), ":h", table.data(), nullptr);
    if (result == -1) break;
    if (result == '?' || result == ':')
      return RefusedOption(known, result, argv[optind - 1]);
    const Mode mode =
        result == 'h' ? Mode::kHelp : known[result - kFirstCode].mode;
    if (mode == Mode::kHelp || mode == Mode::kVersion) {
      arguments.mode = mode;
      return arguments;
    }
    absl::Status taken = TakeOption(known[result - kFirstCode], optarg,
                                    &arguments, &mode_option);
    if (!taken.ok()) return taken;
  }
  absl::Status checked = CheckOnlyWith(program, arguments, mode_option);
  if (!checked.ok()) return checked;
  absl::Status operands = TakeOperands(
      program, Find(program, mode_option),
      absl::MakeConstSpan(argv).subspan(optind, argc - optind), &arguments);
  if (!operands.ok()) return operands;
  return arguments;
}

std::string Arguments::Value(absl::string_view option) const {
  const auto it = options.find(option);
  return it == options.end() ? "" : it->second.back();
}

std::vector<std::string> Arguments::Values(absl::string_view option) const {
  const auto it = options.find(option);
  return it == options.end() ? std::vector<std::string>() : it->second;
}

namespace {

constexpr size_t kColumns = 80;

// `text`'s words in lines of at most kColumns, each after `indent` blanks, the
// first not indented: it continues a line that is `indent` long.
std::string Wrapped(absl::string_view text, size_t indent) {
  std::string lines;
  size_t column = indent;
  for (absl::string_view word :
       absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty())) {
    const bool first = column == indent;
    if (!first && column + 1 + word.size() > kColumns) {
      absl::StrAppend(&lines, "\n", std::string(indent, ' '));
      column = indent;
    } else if (!first) {
      lines += ' ';
      ++column;
    }
    absl::StrAppend(&lines, word);
    column += word.size();
  }
  return lines;
}

std::string OptionHelp(const Option& option) {
  constexpr size_t kIndent = 18;
  std::string head =
      absl::StrCat(option.name == "help" ? "  -h, --" : "  --", option.name);
  if (option.value_is_optional)
    absl::StrAppend(&head, "[=", option.value, "]");
  else if (!option.value.empty())
    absl::StrAppend(&head, "=", option.value);
  if (!option.files.empty()) absl::StrAppend(&head, " [", option.files, "]...");
  if (option.is_repeatable) absl::StrAppend(&head, "...");
  if (head.size() + 2 > kIndent)
    absl::StrAppend(&head, "\n", std::string(kIndent, ' '));
  else
    head.resize(kIndent, ' ');
  return absl::StrCat(head, Wrapped(option.help, kIndent), "\n");
}

std::string ModesWithoutAppId(const Program& program) {
  std::string modes = "--info | --version | --help";
  for (const Option& option : program.options) {
    if (!option.is_mode || !option.files.empty()) continue;
    absl::StrAppend(&modes, " | --", option.name);
    if (!option.value.empty() && !option.value_is_optional)
      absl::StrAppend(&modes, "=", option.value);
  }
  return modes;
}

}  // namespace

std::string RunOption(const Program& program) {
  for (const Option& option : program.options) {
    if (option.is_run) {
      return absl::StrCat("--", option.name, "=", option.value);
    }
  }
  return "";
}

std::string HelpText(const Program& program) {
  const std::string& name = program.name;
  std::string text = absl::StrCat(
      "Usage: ", name, " [OPTION]... APP_ID  (the request on stdin)\n",
      "       ", name, " --describe APP_ID\n");
  for (const Option& option : program.options) {
    if (!option.is_run) continue;
    absl::StrAppend(&text, "       ", name, " --", option.name, "=",
                    option.value, " [OPTION]... [APP_ID]\n");
  }
  const std::string head = absl::StrCat("       ", name, " ");
  absl::StrAppend(&text, head, Wrapped(ModesWithoutAppId(program), head.size()),
                  "\n");
  for (const Option& option : program.options) {
    if (option.files.empty()) continue;
    absl::StrAppend(&text, head, "--", option.name, " [", option.files,
                    "]...\n");
  }
  for (absl::string_view paragraph : absl::StrSplit(program.summary, "\n\n"))
    absl::StrAppend(&text, "\n", Wrapped(paragraph, 0), "\n");
  absl::StrAppend(&text, "\nOptions:\n");
  for (const KnownOption& known : KnownOptions(program))
    absl::StrAppend(&text, OptionHelp(known.option));
  absl::StrAppend(
      &text,
      "\nExit status: 0 measured; 1 failed, or a bad request; 2 a wrong "
      "command\n"
      "line; 3 cancelled by a signal or because nobody reads stdout",
      !RunOption(program).empty() ? "; 4 with\n--run: "
                                    "measured, and only limits were broken.\n"
                                  : ".\n");
  return text;
}

}  // namespace servo::protocol
