// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/peephole.hpp"

#include <optional>

#include "base/error.hpp"
#include "read/onnx/constant.hpp"

namespace sinew::read::onnx {

namespace {
class SignFusion {
  public:
    SignFusion(GraphProto& graph, const std::unordered_map<std::string, int>& initializers)
        : graph_(graph), initializers_(initializers) {
        for (int n = 0; n < graph.node_size(); ++n)
            if (graph.node(n).output_size() == 1) producer_.emplace(graph.node(n).output(0), n);
    }

    std::unordered_set<int> run() {
        std::unordered_set<int> fused;
        for (int n = 0; n < graph_.node_size(); ++n) {
            if (!is_sign(n)) continue;
            const std::optional<std::string> inner = inner_input(graph_.node(n).input(0));
            if (!inner) continue;
            graph_.mutable_node(n)->set_input(0, *inner);
            fused.insert(n);
        }
        return fused;
    }

  private:
    bool is_sign(int n) const {
        const NodeProto& node = graph_.node(n);
        return node.op_type() == "Sign" && node.domain().empty() && node.input_size() == 1 &&
               node.attribute_size() == 0;
    }
    int producer(const std::string& value) const {
        const auto found = producer_.find(value);
        return found == producer_.end() ? -1 : found->second;
    }
    /// x where `value` is Sign(x) + c.
    std::optional<std::string> inner_input(const std::string& value) const {
        const int add = producer(value);
        if (add < 0 || graph_.node(add).op_type() != "Add" || graph_.node(add).input_size() != 2) return std::nullopt;
        for (const int side : {0, 1}) {
            const int sign = producer(graph_.node(add).input(side));
            if (sign >= 0 && is_sign(sign) && is_scalar_inside(graph_.node(add).input(1 - side)))
                return graph_.node(sign).input(0);
        }
        return std::nullopt;
    }
    /// Whether `value` is a stored constant of one element in the open interval (0, 1).
    bool is_scalar_inside(const std::string& value) const {
        const TensorProto* stored = nullptr;
        if (const auto found = initializers_.find(value); found != initializers_.end()) {
            stored = &graph_.initializer(found->second);
        } else if (const int n = producer(value); n >= 0 && graph_.node(n).op_type() == "Constant") {
            for (const AttributeProto& attribute : graph_.node(n).attribute())
                if (attribute.name() == "value") stored = &attribute.t();
        }
        if (stored == nullptr || stored->dims_size() > 4) return false;
        for (const std::int64_t extent : stored->dims())
            if (extent != 1) return false;
        TensorProto copy = *stored;
        try {
            const Constant constant = to_constant(copy, [](const std::string& message) {
                throw InputError({}, message);  // told when the node itself is read
            });
            return constant.type == ElementType::real && constant.reals.nearest()[0] > 0 &&
                   constant.reals.nearest()[0] < 1;
        } catch (const InputError&) {
            return false;
        }
    }

    GraphProto& graph_;
    const std::unordered_map<std::string, int>& initializers_;
    std::unordered_map<std::string, int> producer_;
};
}  // namespace

std::unordered_set<int> fuse_signs(GraphProto& graph, const std::unordered_map<std::string, int>& initializers) {
    return SignFusion(graph, initializers).run();
}

}  // namespace sinew::read::onnx
