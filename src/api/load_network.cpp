#include "api/load_network.hpp"

#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "read/dnn/read_dnn.hpp"
#include "read/onnx/onnx.hpp"

namespace sinew {

LoadedNetwork load_network(const std::string& path) {
    std::string_view name = path;
    if (name.ends_with(".gz")) name.remove_suffix(3);
    if (name.ends_with(".onnx")) {
        read::OnnxNetwork onnx = read::read_onnx(path);
        return {std::move(onnx.query.network), std::move(onnx.inputs), std::move(onnx.outputs), std::nullopt};
    }
    if (!name.ends_with(".dnn")) throw UsageError(path + ": a network is a file that ends in .onnx or .dnn");
    model::Query query = read::read_dnn(path);
    std::vector<Variable> inputs = query.network.input_variables();
    return {std::move(query.network), std::move(inputs), std::move(query.outputs), std::move(query.precision)};
}

}  // namespace sinew
