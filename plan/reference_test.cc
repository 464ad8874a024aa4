#include "plan/reference.h"

#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::plan {
namespace {

TEST(References, StandInTextsByPlaceholders) {
  References references("ref0x");
  const std::string id =
      references.Add({.kind = Reference::Kind::kRun, .name = "id"});
  const std::string job = references.Add({.name = "job"});
  const std::string text = "/a/" + id + job + "?b=" + id;
  EXPECT_TRUE(references.AreIn(text));
  EXPECT_EQ(references.Split(text).size(), 5u);
  EXPECT_EQ(references.AsWritten(text),
            "/a/${{ run.id }}${{ job }}?b=${{ run.id }}");
  EXPECT_EQ(*references.Replace(
                text, [](const Reference& r) { return r.FullName(); }),
            "/a/run.idjob?b=run.id");
}

TEST(References, WhatIsNoPlaceholderStays) {
  References references("ref0x");
  references.Add({.name = "job"});
  for (const char* text : {"", "ref0x", "ref0xz", "ref0x0", "ref0x1z",
                           "ref0x99999999999999999999z", "ref0x-0z"}) {
    EXPECT_EQ(references.AsWritten(text), text);
  }
  EXPECT_EQ(references.AsWritten("ref0xref0x0z"), "ref0x${{ job }}");
  EXPECT_EQ(References().AsWritten("ref0x0z"), "ref0x0z");
  EXPECT_FALSE(References().AreIn("x"));
}

TEST(References, TheFirstErrorIsTheResult) {
  References references("ref0x");
  const std::string text = references.Add({.name = "job"});
  EXPECT_EQ(
      references
          .Replace(text,
                   [](const Reference&) { return absl::NotFoundError("none"); })
          .status(),
      absl::NotFoundError("none"));
}

}  // namespace
}  // namespace servo::plan
