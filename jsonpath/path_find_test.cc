// What paths find.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "jsonpath/path.h"
#include "nlohmann/json.hpp"

namespace servo::jsonpath {
namespace {

using nlohmann::json;

struct Case {
  const char* path;
  const char* found;  // JSON without blanks
};

// Compares texts, since nlohmann's equality takes 2^53 + 1 for 2^53 as a
// double.
void ExpectFound(const char* text, std::initializer_list<Case> cases) {
  const json document = json::parse(text);
  for (const Case& c : cases) {
    SCOPED_TRACE(c.path);
    const absl::StatusOr<Path> path = Path::Parse(c.path);
    ASSERT_TRUE(path.ok()) << path.status();
    const auto found = path->Find(document);
    ASSERT_TRUE(found.ok()) << found.status();
    json values = json::array();
    for (const json* value : *found) values.push_back(*value);
    EXPECT_EQ(values.dump(), c.found);
  }
}

constexpr char kRuns[] = R"({
  "limits": {"p99": 15},
  "runs": [{"name": "a", "ok": true, "p99": 10.5},
           {"name": "b", "ok": false, "p99": 20},
           {"name": "c", "ok": true}]})";

TEST(PathFindTest, NamesIndicesAndSlices) {
  ExpectFound(
      kRuns,
      {
          {"$.limits", R"([{"p99":15}])"},
          {"$['limits']['p99']", "[15]"},
          {"$ .limits\n.p99", "[15]"},
          {"$.none.p99", "[]"},
          {"$.limits[0]", "[]"},
          {"$.runs.name", "[]"},
          {"$.runs[1].name", R"(["b"])"},
          {"$.runs[-1].name", R"(["c"])"},
          {"$.runs[3]", "[]"},
          {"$.runs[-4]", "[]"},
          {"$.runs[*].name", R"(["a","b","c"])"},
          {"$.runs[0:2].name", R"(["a","b"])"},
          {"$.runs[-2:].name", R"(["b","c"])"},
          {"$.runs[::-1].name", R"(["c","b","a"])"},
          {"$.runs[ 5 : 0 : -2 ].name", R"(["c"])"},
          {"$.runs[::0]", "[]"},
          {"$.runs[9007199254740991:-9007199254740991:-9007199254740991].name",
           R"(["c"])"},
          {"$.runs[0,0,-3].name", R"(["a","a","a"])"},
          {"$['runs','limits'].p99", "[15]"},
      });
}

TEST(PathFindTest, DescendantsComeParentsFirst) {
  ExpectFound(kRuns, {{"$..p99", "[15,10.5,20]"},
                      {"$.runs..name", R"(["a","b","c"])"},
                      {"$..[-1].name", R"(["c"])"}});
  ExpectFound("[[1,[2]],3]", {{"$..*", "[[1,[2]],3,1,[2],2]"},
                              {"$..[0]", "[[1,[2]],1,2]"},
                              {"$..[0,1]", "[[1,[2]],3,1,[2],2]"}});
}

TEST(PathFindTest, Filters) {
  ExpectFound(
      kRuns,
      {
          {"$.runs[?@.ok].name", R"(["a","b","c"])"},
          {"$.runs[?@.ok == true].name", R"(["a","c"])"},
          {"$.runs[?!@.p99].name", R"(["c"])"},
          {"$.runs[?@.p99 > $.limits.p99].name", R"(["b"])"},
          {"$.runs[?@.name=='a' || @.name=='b' && @.ok==false].name",
           R"(["a","b"])"},
          {"$.runs[?(@.name=='a' || @.name=='b') && @.ok==false].name",
           R"(["b"])"},
          {"$.runs[?!(@.ok == true || @.p99 < 1)].name", R"(["b"])"},
          {"$.runs[?!(!(@.ok == true))].name", R"(["a","c"])"},
          {"$.limits[?@ == 15]", "[15]"},
          {"$[?@[?@.p99 == 20]][0].name", R"(["a"])"},
          {"$.runs[?@.name == 'c', ?@.name == 'a'].name", R"(["c","a"])"},
          {"$..[?@.p99 == 15]", R"([{"p99":15}])"},
      });
}

TEST(PathFindTest, NothingEqualsNothingAlone) {
  ExpectFound("[1,null]", {
                              {"$[?@.x == @.y]", "[1,null]"},
                              {"$[?@.x <= @.y]", "[1,null]"},
                              {"$[?@.x < @.y]", "[]"},
                              {"$[?@.x != 1]", "[1,null]"},
                              {"$[?@.x == null]", "[]"},
                              {"$[?@ == null]", "[null]"},
                              {"$[?@ <= null]", "[null]"},
                              {"$[?@ < null]", "[]"},
                              {"$[?length(@) == @.x]", "[1,null]"},
                          });
}

TEST(PathFindTest, NumbersCompareExactly) {
  ExpectFound(
      "[9007199254740993,9007199254740992.0,18446744073709551615,-1,0,1,1.0]",
      {
          {"$[?@ == 9007199254740992]", "[9.007199254740992e+15]"},
          {"$[?@ == 9007199254740993]", "[9007199254740993]"},
          {"$[?@ > 9007199254740992]",
           "[9007199254740993,18446744073709551615]"},
          {"$[?@ == 1]", "[1,1.0]"},
          {"$[?@ == 10e-1]", "[1,1.0]"},
          {"$[?@ == -0]", "[0]"},
          {"$[?@ < -0.0]", "[-1]"},
          {"$[?@ < -0.5]", "[-1]"},
          {"$[?@ > 0.5 && @ < 1.5]", "[1,1.0]"},
          {"$[?@ >= 18446744073709551615]", "[18446744073709551615]"},
          {"$[?@ >= 18446744073709551616]", "[]"},
          {"$[?@ > -1e300 && @ < 0]", "[-1]"},
          {"$[?@ == '1']", "[]"},
      });
}

TEST(PathFindTest, TextsSortByCharacter) {
  ExpectFound(R"(["a","\u00E9","\uFFFF","\uD83D\uDE00",""])",
              {
                  {R"($[?@ > '\uFFFF'])", "[\"\xF0\x9F\x98\x80\"]"},
                  {R"($[?@ < 'b'])", R"(["a",""])"},
                  {R"($[?@ == '\ud83d\ude00'])", "[\"\xF0\x9F\x98\x80\"]"},
                  {"$[?@ == \"\xC3\xA9\"]", "[\"\xC3\xA9\"]"},
                  {"$[?@ > 1]", "[]"},
              });
}

TEST(PathFindTest, NamesHaveEscapes) {
  ExpectFound(R"({"\u263A":1,"a'b":2,"c\"d":3,"/\\\b\f\n\r\t":4,"\u0000":5})",
              {
                  {R"($['\u263a'])", "[1]"},
                  {"$.\xE2\x98\xBA", "[1]"},
                  {R"($['a\'b'])", "[2]"},
                  {R"($["a'b"])", "[2]"},
                  {R"($["c\"d"])", "[3]"},
                  {R"($['\/\\\b\f\n\r\t'])", "[4]"},
                  {R"($['\u0000'])", "[5]"},
              });
}

TEST(PathFindTest, ContainersCompareDeeply) {
  ExpectFound(
      R"([{"a":[1,{"b":"x"}]},{"a":[1.0,{"b":"x"}]},{"a":[1]},
                  {"a":[1,{"c":"x"}]},{"a":[1,{"b":"y"}]},{"a":{}},{"a":[]}])",
      {{"$[?@.a == $[0].a]", R"([{"a":[1,{"b":"x"}]},{"a":[1.0,{"b":"x"}]}])"},
       {"$[?@.a == $[5].a]", R"([{"a":{}}])"},
       {"$[?@.a <= $[6].a]", R"([{"a":[]}])"}});
}

TEST(PathFindTest, Functions) {
  ExpectFound(kRuns, {
                         {"$.runs[?count(@.*) == 2].name", R"(["c"])"},
                         {"$[?length(@) == 3][0].name", R"(["a"])"},
                         {"$[?value(@..p99) == 15]", R"([{"p99":15}])"},
                         {"$.runs[?length(value(@.*)) == 1]", "[]"},
                         {"$[?count($..p99) == 3 && @.p99]", R"([{"p99":15}])"},
                     });
  ExpectFound(R"(["\uD83D\uDE00\u00E9",[1,2],{"a":1,"b":2},12,null])",
              {{"$[?length(@) == 2]",
                "[\"\xF0\x9F\x98\x80\xC3\xA9\",[1,2],{\"a\":1,\"b\":2}]"}});
  ExpectFound(R"(["ab","xab","a\nb","AB",1])",
              {
                  {"$[?match(@, 'a.?b')]", R"(["ab"])"},
                  {"$[?search(@, 'a.?b')]", R"(["ab","xab"])"},
                  {"$[?!search(@, 'b')]", R"(["AB",1])"},
                  {"$[?match(@, $[0])]", R"(["ab"])"},
                  {"$[?search(@, $[0])]", R"(["ab","xab"])"},
                  {"$[?search(@, $[4])]", "[]"},
              });
  ExpectFound(R"([{"t":"a","r":"a"},{"t":"a","r":"("},{"t":"a","r":"b"}])",
              {{"$[?match(@.t, @.r)]", R"([{"r":"a","t":"a"}])"}});
}

}  // namespace
}  // namespace servo::jsonpath
