// 16 MiB of anything, and the shapes that once took hours, cost time that grows
// with their size alone, and 400 MB. Each is loaded in a process of its own,
// whose use is counted.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "config/loader.h"
#include "gtest/gtest.h"
#include "yaml/diagnostics.h"
#include "yaml/document.h"

namespace servo::config {
namespace {

// The slowest takes 2 s of an idle processor; what is not linear takes minutes
// to hours. Between the two there is room for a machine that is shared. The
// second pair is for slow builds, such as those with sanitizers.
#ifdef NDEBUG
constexpr double kMaxSeconds = 20;
constexpr long kMaxKilobytes = 400'000;
#else
constexpr double kMaxSeconds = 60;
constexpr long kMaxKilobytes = 8'000'000;
#endif

// With sanitizers everything takes many times as long: they look at the same
// code with a sixteenth of the bytes.
#ifdef __SANITIZE_ADDRESS__
constexpr size_t kDivisor = 16;
#else
constexpr size_t kDivisor = 1;
#endif

double Seconds(const timeval& time) { return time.tv_sec + time.tv_usec / 1e6; }

// Loads `text` in a child and checks what it took.
void ExpectCheap(const std::string& name, const std::string& text) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    yaml::Diagnostics diagnostics;
    // Yes or no: what matters is what it costs.
    const bool ok = LoadPlan(text, "c.yaml", &diagnostics).ok();
    _exit(ok || !diagnostics.Render().empty() ? 0 : 1);
  }
  int status = 0;
  rusage usage;
  ASSERT_EQ(wait4(child, &status, 0, &usage), child);
  EXPECT_EQ(status, 0) << name;
  EXPECT_LT(Seconds(usage.ru_utime) + Seconds(usage.ru_stime), kMaxSeconds)
      << name;
  EXPECT_LT(usage.ru_maxrss, kMaxKilobytes) << name;
}

std::string Repeat(absl::string_view piece,
                   size_t bytes = yaml::Document::kMaxBytes) {
  std::string text;
  bytes /= kDivisor;
  text.reserve(bytes);
  while (text.size() + piece.size() <= bytes) text.append(piece);
  return text;
}

std::string Numbered(size_t count,
                     const std::function<std::string(size_t)>& piece) {
  std::string text;
  for (size_t i = 0; i < count / kDivisor; ++i) text += piece(i);
  return text;
}

TEST(Growth, SixteenMebibytesOfOnePiece) {
  for (const char* piece :
       {"[",     "{",     "]",  "[a,",  "a,",   "- ",  "-\n",      "- a\n",
        "\n",    " ",     "a",  "a\n",  "'",    "\"",  "''",       "&a ",
        "*a ",   "!",     "! ", "? ",   ": ",   "a: ", "a: 1\n",   "a: b: ",
        "|\n",   ">\n\n", "#",  "%",    "%a\n", "\\",  "\xc3\xa9", ",",
        "---\n", "<<: ",  "\t", "${a} "}) {
    ExpectCheap(absl::StrCat("\"", piece, "\""), Repeat(piece));
  }
}

TEST(Growth, SixteenMebibytesInACollection) {
  for (const char* piece : {"a,", "[],", "{},", ",", "a: 1,", "'a',", "~,",
                            "\xc3\xa9: \xc3\xa9, "}) {
    ExpectCheap(absl::StrCat("[ \"", piece, "\""),
                "exec: [" + Repeat(piece, 16'000'000) + "]");
    ExpectCheap(absl::StrCat("{ \"", piece, "\""),
                "exec: {" + Repeat(piece, 16'000'000) + "}");
  }
}

TEST(Growth, UnknownKeys) {
  for (const size_t count : {10'000, 500'000}) {
    const std::string keys = Numbered(
        count, [](size_t i) { return absl::StrCat("key", i, ": 1, "); });
    ExpectCheap("one line", "exec: {pre: [{" + keys + "}]}");
    ExpectCheap("one line beyond ASCII", "exec: {\xc3\xa9: {}, " + keys + "}");
    ExpectCheap("duplicates", "exec: {" + Repeat("key: 1, ", count * 8) + "}");
  }
  ExpectCheap("lines", "exec:\n" + Numbered(500'000, [](size_t i) {
                         return absl::StrCat("  key", i, ": 1\n");
                       }));
}

TEST(Growth, NamesOfHeadersVariablesAndParameters) {
  const std::string names = Numbered(
      100'000, [](size_t i) { return absl::StrCat("name", i, ": x, "); });
  ExpectCheap(
      "headers",
      "exec: {pre: [{request: {url: 'http://h/', headers: {" + names + "}}}]}");
  ExpectCheap("params", "exec: {pre: [{request: {url: 'http://h/', params: {" +
                            names + "}}}]}");
  ExpectCheap("json", "exec: {pre: [{request: {url: 'http://h/', json: {" +
                          names + "}}}]}");
  ExpectCheap("env", "exec: {pre: [{exec: x, env: {" + names + "}}]}");
}

TEST(Growth, References) {
  const auto task = [](absl::string_view keys) {
    return absl::StrCat("  - {exec: x, ", keys, "}\n");
  };
  const std::string captures = Numbered(40'000, [&](size_t i) {
    return task(absl::StrCat("capture: {c", i, ": {regex: x}}"));
  });
  const std::string unknown = Numbered(40'000, [&](size_t i) {
    return task(absl::StrCat("env: {A: \"${{ d", i, " }}\"}"));
  });
  ExpectCheap("unknown captures", "exec:\n  pre:\n" + captures + unknown);
  const std::string secrets = Numbered(40'000, [](size_t i) {
    return absl::StrCat("    s", i, ": {file: x}\n");
  });
  const std::string known = Numbered(40'000, [&](size_t i) {
    return task(absl::StrCat("env: {A: \"${{ secrets.s", i, " }}\"}"));
  });
  ExpectCheap("secrets", "exec:\n  secrets:\n" + secrets + "  pre:\n" + known);
  ExpectCheap("requests",
              "exec:\n  pre:\n" +
                  Repeat("  - {request: {url: 'http://h/${{ run.id }}'}}\n",
                         4'000'000));
}

TEST(Growth, Tasks) {
  ExpectCheap("tasks", "exec:\n  pre:\n" + Repeat("  - exec: x\n", 2'000'000));
  ExpectCheap("warnings",
              "exec:\n  pre:\n" + Repeat("  - {exec: x y}\n", 2'000'000));
  ExpectCheap(
      "notes",
      "exec:\n  pre:\n" + Repeat("  - {exec: x, retry_delay: 1}\n", 4'000'000));
  ExpectCheap("errors",
              "exec:\n  pre:\n" + Repeat("  - {exce: x}\n", 2'000'000));
  ExpectCheap("aliases", "x-a: &a {exec: x, name: n}\nexec:\n  pre:\n" +
                             Repeat("  - *a\n", 1'000'000));
  ExpectCheap("merges", "x-a: &a {exec: x, name: n}\nexec:\n  pre:\n" +
                            Repeat("  - <<: *a\n", 2'000'000));
}

}  // namespace
}  // namespace servo::config
