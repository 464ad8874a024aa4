#!/bin/sh
# metrics_page_test.sh MEASURE PAGE: the examples of docs/metrics.md are right.
# The first configuration, applied to the first block of text, prints the second
# one; every configuration passes --check.
set -eu
measure=$1
cd "$TEST_TMPDIR"
awk '/^```yaml$/ { name = "yaml" ++yaml; next }
  /^```text$/ { name = "text" ++text; next }
  /^```/ { name = ""; next }
  name != "" { print >name }' "$TEST_SRCDIR/$TEST_WORKSPACE/$2"
measure=$TEST_SRCDIR/$TEST_WORKSPACE/$measure

"$measure" --config yaml1 --extract ab --output text1 >found
diff text2 found

for config in yaml*; do
  if ! "$measure" --config "$config" --check >/dev/null; then
    cat "$config"
    exit 1
  fi
done

# Conditions are shown with what was found; only those of `expect` must hold.
cat >conditions.yaml <<'END'
exec:
  stop:
    - name: job
      request: {url: "http://ci/"}
      retries: 1
      expect: [{jsonpath: $.state, equals: done}, {from: status, equals: 200}]
      give_up_if: [{jsonpath: $.state, equals: failed}]
END
echo '{"state": "done"}' >done.json
"$measure" --config conditions.yaml --extract job --output done.json >found
diff - found <<'END'
expect: "$.state" in the response's body equals "done": holds, found "done"
expect: the status equals 200: known in a run only
give_up_if: "$.state" in the response's body equals "failed": does not hold, found "done"
END
echo '{"status": "done"}' >other.json
if "$measure" --config conditions.yaml --extract job --output other.json >found; then
  echo "an unmet condition was no failure"
  exit 1
fi
grep 'equals "done": does not hold, but the response.s body has nothing at "$.state"' found

# What is missing fails, and says what was looked for.
grep -v 99% text1 >without
if "$measure" --config yaml1 --extract ab --output without >found; then
  echo "a missing metric was no failure"
  exit 1
fi
grep 'metric "p99" fails: stdout has no match of the regex' found
grep 'metric "errors" is 0' found
if "$measure" --config yaml1 --extract abb --output text1 2>errors; then
  exit 1
fi
grep 'no task is called "abb"; did you mean "ab"?' errors
if "$measure" --config yaml1 --extract ab 2>errors; then exit 1; fi
grep 'needs --output' errors
