// SPDX-License-Identifier: Apache-2.0
#include "write/npz.hpp"

#include <span>
#include <string_view>

#include <fmt/core.h>
#include <zlib.h>

#include "base/error.hpp"

namespace sinew::write {

namespace {
void put(std::string& bytes, std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
}

/// Members stored as they are; no times, so that the same network is the same file.
class ZipWriter {
  public:
    void add(std::string_view name, std::string_view content) {
        std::string common;
        put(common, 20, 2);        // the version that reads it
        put(common, 1U << 11, 2);  // names are UTF-8
        put(common, 0, 2);         // stored
        put(common, 0, 2);         // time
        put(common, 33, 2);        // 1980-01-01, the first day there is
        put(common, crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size()), 4);
        put(common, content.size(), 4);
        put(common, content.size(), 4);
        put(common, name.size(), 2);
        put(common, 0, 2);  // no extra field
        directory_ += "PK\x01\x02";
        put(directory_, 20, 2);
        directory_ += common;
        put(directory_, 0, 2);  // no comment
        put(directory_, 0, 2);  // the first disk
        put(directory_, 0, 6);  // attributes
        put(directory_, bytes_.size(), 4);
        directory_ += name;
        bytes_ += "PK\x03\x04";
        bytes_ += common;
        bytes_ += name;
        bytes_ += content;
        ++count_;
    }

    std::string take() {
        constexpr std::size_t largest = 0xffffffffU;
        if (bytes_.size() + directory_.size() >= largest)
            throw UsageError("the network is too large for a zip archive");
        const std::size_t begin = bytes_.size();
        bytes_ += directory_;
        bytes_ += "PK\x05\x06";
        put(bytes_, 0, 4);
        put(bytes_, count_, 2);
        put(bytes_, count_, 2);
        put(bytes_, directory_.size(), 4);
        put(bytes_, begin, 4);
        put(bytes_, 0, 2);
        return std::move(bytes_);
    }

  private:
    std::string bytes_;
    std::string directory_;
    std::size_t count_ = 0;
};

/// NumPy's format, version 1: the header ends on a multiple of 64 bytes.
std::string npy(std::size_t rows, std::size_t columns, std::span<const std::int8_t> numbers) {
    std::string header = fmt::format("{{'descr': '|i1', 'fortran_order': False, 'shape': ({}, {}), }}", rows, columns);
    constexpr std::size_t before = 10;
    header.append(63 - (before + header.size()) % 64, ' ');
    header += '\n';
    std::string bytes = "\x93NUMPY\x01";
    put(bytes, 0, 1);
    put(bytes, header.size(), 2);
    bytes += header;
    for (const std::int8_t number : numbers) bytes += static_cast<char>(number);
    return bytes;
}
}  // namespace

std::string npz(const model::BinarizedNetwork& network) {
    ZipWriter zip;
    zip.add("sinew.input", model::to_string(network.input));
    if (!network.preparation.empty()) zip.add("sinew.preparation", network.preparation);
    for (std::size_t i = 0; i < network.operations.size(); ++i) {
        const auto fail = [&](const char* why) {
            throw UsageError(fmt::format("operation {} of the network cannot be written as NPZ: {}", i + 1, why));
        };
        if (i % 2 == 1) {
            const auto* activation = std::get_if<model::BinaryActivation>(&network.operations[i]);
            if (activation == nullptr || *activation != model::BinaryActivation::sign) fail("it is no sign");
            if (i + 1 == network.operations.size()) fail("the network ends in it");
            continue;
        }
        const auto* linear = std::get_if<model::BinarizedLinear>(&network.operations[i]);
        if (linear == nullptr) fail("it is not dense");
        const auto* shape = std::get_if<model::DenseShape>(&linear->geometry);
        if (shape == nullptr) fail("it is a convolution");
        if (linear->scale.size() != 0) fail("it has a scale");
        for (std::size_t c = 0; c < linear->bias.size(); ++c)
            if (linear->bias.exact(c) != 0) fail("it has a bias");
        zip.add(fmt::format("fc{}.weight.npy", i / 2 + 1), npy(shape->rows, shape->columns, linear->weights));
    }
    return zip.take();
}

}  // namespace sinew::write
