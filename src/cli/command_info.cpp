// sinew info: what the readers have understood of files.
#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/load_query.hpp"
#include "read/onnx/onnx.hpp"
#include "write/query_summary.hpp"

namespace sinew::cli {

extern const Command info_command;

namespace {
namespace po = boost::program_options;

void describe(po::options_description&) {}

ExitStatus run(const Arguments& arguments) {
    if (arguments.files.size() == 1 && format_of(arguments.files[0]) == "onnx") {
        model::Query query;
        query = read::read_onnx(arguments.files[0]).query;
        std::fputs(write::query_summary(query).c_str(), stdout);
        return answered;
    }
    std::fputs(write::query_summary(load_query(arguments.files)).c_str(), stdout);
    return answered;
}
}  // namespace

const Command info_command{
    "info",
    "tell what sinew understands of a file: layers, inputs, conditions",
    "info QUERY.dnn\ninfo NETWORK.onnx [PROPERTY.vnnlib]\ninfo SCRIPT.smt2",
    "Lists the layers with their shapes, activations and numbers of parameters, the inputs with their domains, and "
    "the\n"
    "conditions with what they count.",
    "sinew info inputs/dnn/two_by_two.dnn",
    describe,
    run,
};

}  // namespace sinew::cli
