#include "read/query/load_query.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/error.hpp"
#include "read/dnn/read_dnn.hpp"
#include "read/marabou/read_ipq.hpp"
#include "read/smtlib/script.hpp"
#include "read/vnnlib/vnnlib.hpp"

namespace sinew::read {

std::string format_of(const std::string& file) {
    std::string name = file.substr(file.find_last_of('/') + 1);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (name.ends_with(".gz")) name.resize(name.size() - 3);
    const std::size_t dot = name.find_last_of('.');
    return dot == std::string::npos ? "" : name.substr(dot + 1);
}

namespace {
model::Query load_script(const std::string& file) {
    const SmtScript script = read_smtlib(file);
    if (script.check_count() != 1)
        throw InputError({file, 0, 0}, fmt::format("this script has {} check-sat", script.check_count()),
                         "a query is a script with one; sinew solve runs any");
    return std::move(script.query(0).query);
}
}  // namespace

model::Query load_query(const std::vector<std::string>& files) {
    constexpr std::string_view wanted =
        "a query is one .dnn, .smt2 or .ipq file, or a network .onnx and a property .vnnlib";
    if (files.empty()) throw UsageError(fmt::format("no file is named ({})", wanted));
    if (files.size() == 1) {
        const std::string format = format_of(files[0]);
        if (format == "dnn") return read_dnn(files[0]);
        if (format == "ipq") return read_ipq(files[0]);
        if (format == "smt2") return load_script(files[0]);
        if (format == "onnx") throw UsageError(fmt::format("{}: a network alone asks nothing ({})", files[0], wanted));
        if (format == "vnnlib") throw UsageError(fmt::format("{}: the network is missing ({})", files[0], wanted));
        throw UsageError(fmt::format("{}: the name does not say a format ({})", files[0], wanted));
    }
    if (files.size() > 2) throw UsageError(fmt::format("{} is one file too many ({})", files[2], wanted));
    for (const std::size_t network : {std::size_t{0}, std::size_t{1}})
        if (format_of(files[network]) == "onnx" && format_of(files[1 - network]) == "vnnlib")
            return read_verification_query(files[network], files[1 - network]);
    throw UsageError(fmt::format("{} and {} are no pair of network and property ({})", files[0], files[1], wanted));
}

}  // namespace sinew::read
