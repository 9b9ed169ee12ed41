// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/model_file.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "base/limit_scope.hpp"

namespace sinew::read::onnx {

namespace {
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr std::size_t large_payload = 4096;  // bytes of raw data that are left where they are

/// Merges a run of fields into a message.
bool merge(std::string_view fields, google::protobuf::MessageLite& message) {
    if (fields.empty()) return true;
    CodedInputStream in(reinterpret_cast<const std::uint8_t*>(fields.data()), static_cast<int>(fields.size()));
    return message.MergePartialFromCodedStream(&in) && in.ConsumedEntireMessage();
}

/// Merges all fields of `bytes` into `message`, but for those of length-delimited type and number `apart` that
/// take(payload) wants: it answers with what came of them (refused: not wanted).
enum class Taken { yes, refused, damaged };
template <class Take>
bool merge_but(std::string_view bytes, int apart, google::protobuf::MessageLite& message, Take&& take) {
    CodedInputStream in(reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
    std::size_t merged = 0;  // what is before this is done with
    while (true) {
        const auto begin = static_cast<std::size_t>(in.CurrentPosition());
        const std::uint32_t tag = in.ReadTag();
        if (tag == 0) return in.ConsumedEntireMessage() && merge(bytes.substr(merged), message);
        if (tag != WireFormatLite::MakeTag(apart, WireFormatLite::WIRETYPE_LENGTH_DELIMITED)) {
            if (!WireFormatLite::SkipField(&in, tag)) return false;
            continue;
        }
        std::uint32_t length = 0;
        if (!in.ReadVarint32(&length)) return false;
        const auto at = static_cast<std::size_t>(in.CurrentPosition());
        if (length > bytes.size() - at || !in.Skip(static_cast<int>(length))) return false;
        const Taken taken = take(bytes.substr(at, length));
        if (taken == Taken::damaged) return false;
        if (taken == Taken::refused) continue;
        if (!merge(bytes.substr(merged, begin - merged), message)) return false;
        merged = at + length;
    }
}

bool parse_tensor(std::string_view bytes, TensorProto& tensor, std::string_view& raw) {
    return merge_but(bytes, TensorProto::kRawDataFieldNumber, tensor, [&](std::string_view payload) {
        if (payload.size() < large_payload) {
            raw = {};
            return Taken::refused;
        }
        tensor.clear_raw_data();
        raw = payload;
        return Taken::yes;
    });
}

bool parse_graph(std::string_view bytes, GraphProto& graph, std::vector<std::string_view>& raw) {
    return merge_but(bytes, GraphProto::kInitializerFieldNumber, graph, [&](std::string_view payload) {
        check_limits();
        raw.emplace_back();
        return parse_tensor(payload, *graph.add_initializer(), raw.back()) ? Taken::yes : Taken::damaged;
    });
}
}  // namespace

bool parse_model_file(std::string_view bytes, ModelFile& file) {
    return merge_but(bytes, ModelProto::kGraphFieldNumber, file.model, [&](std::string_view payload) {
        return parse_graph(payload, *file.model.mutable_graph(), file.raw) ? Taken::yes : Taken::damaged;
    });
}

}  // namespace sinew::read::onnx
