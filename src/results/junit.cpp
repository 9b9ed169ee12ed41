// SPDX-License-Identifier: Apache-2.0
#include "results/junit.hpp"

#include <fmt/core.h>

#include "base/utf8.hpp"
#include "results/compare.hpp"

namespace sinew::results {

namespace {
/// Text of an attribute or an element: XML 1.0 has no place for control characters and bytes that are no UTF-8.
std::string escaped(std::string_view text) {
    std::string xml;
    while (!text.empty()) {
        const std::size_t good = std::min(first_not_utf8(text), text.size());
        for (const char character : text.substr(0, good)) switch (character) {
                case '<':
                    xml += "&lt;";
                    break;
                case '>':
                    xml += "&gt;";
                    break;
                case '&':
                    xml += "&amp;";
                    break;
                case '"':
                    xml += "&quot;";
                    break;
                case '\n':
                    xml += "&#10;";
                    break;
                case '\t':
                    xml += "&#9;";
                    break;
                default:
                    xml += static_cast<unsigned char>(character) < 0x20 ? std::string("\xEF\xBF\xBD")
                                                                        : std::string(1, character);
            }
        text.remove_prefix(good);
        if (text.empty()) break;
        xml += "\xEF\xBF\xBD";
        text.remove_prefix(1);
    }
    return xml;
}

enum class Outcome { passed, failed, skipped, error };

Outcome outcome_of(const Row& row, const std::optional<std::string>& expected) {
    const Standing standing = standing_of(row.status);
    if (standing == Standing::error) return Outcome::error;
    if (expected) {
        if (*expected == row.status) return Outcome::passed;
        return standing == Standing::open ? Outcome::skipped : Outcome::failed;
    }
    return standing == Standing::fails  ? Outcome::failed
           : standing == Standing::open ? Outcome::skipped
                                        : Outcome::passed;
}

std::string failure_message(const Row& row, const std::optional<std::string>& expected) {
    std::string message = expected ? fmt::format("{}, where {} is expected", row.status, *expected) : row.status;
    if (!row.reason.empty()) message += ": " + row.reason;
    if (row.value) message += fmt::format(" (value {})", *row.value);
    return message;
}
}  // namespace

std::string junit_text(const Run& run, const std::vector<Row>& rows, const std::optional<std::string>& expected) {
    std::size_t counts[4] = {};
    double seconds = 0;
    std::string cases;
    for (const Row& row : rows) {
        const std::optional<std::string>& wanted = expected ? expected : row.expected;
        const Outcome outcome = outcome_of(row, wanted);
        ++counts[static_cast<std::size_t>(outcome)];
        seconds += row.seconds;
        const std::string head = fmt::format("    <testcase classname=\"sinew.{}\" name=\"{}\" time=\"{:.6f}\"",
                                             escaped(run.kind), escaped(place_text(row.question)), row.seconds);
        const std::string message = escaped(failure_message(row, wanted));
        switch (outcome) {
            case Outcome::passed:
                cases += head + "/>\n";
                break;
            case Outcome::failed:
                cases += fmt::format("{}>\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>\n",
                                     head, escaped(row.status), message, escaped(row.witness.value_or("")));
                break;
            case Outcome::skipped:
                cases += fmt::format("{}>\n      <skipped message=\"{}\"/>\n    </testcase>\n", head, message);
                break;
            case Outcome::error:
                cases +=
                    fmt::format("{}>\n      <error type=\"error\" message=\"{}\"/>\n    </testcase>\n", head, message);
                break;
        }
    }
    const std::string figures =
        fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.6f}\"", rows.size(),
                    counts[static_cast<std::size_t>(Outcome::failed)], counts[static_cast<std::size_t>(Outcome::error)],
                    counts[static_cast<std::size_t>(Outcome::skipped)], seconds);
    std::string started = run.started;
    if (started.ends_with('Z')) started.pop_back();  // the JUnit schema's time has no zone
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"sinew\" {}>\n"
        "  <testsuite name=\"sinew {}\" timestamp=\"{}\" {}>\n{}  </testsuite>\n</testsuites>\n",
        figures, escaped(run.kind), escaped(started), figures, cases);
}

}  // namespace sinew::results
