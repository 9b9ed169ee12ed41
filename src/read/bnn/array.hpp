// SPDX-License-Identifier: Apache-2.0
// Named arrays of numbers, wherever they came from: the members of an NPZ file, the files of a CSV folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sinew::read::bnn {

/// An array in row-major order. One byte a number where its type was int8 or bool (booleans are 0 and 1), else doubles,
/// all finite.
struct Array {
    std::string name;
    std::string place;  ///< the file to name in errors
    std::vector<std::size_t> shape;
    std::variant<std::vector<std::int8_t>, std::vector<double>> numbers;
    bool is_bool = false;  ///< as its file says

    std::size_t size() const;
    double at(std::size_t index) const;
    bool is_small() const { return numbers.index() == 0; }
    /// InputError about this array.
    [[noreturn]] void fail(const std::string& message, std::string_view expected = {}) const;
};

/// "2x3", "scalar".
std::string shape_text(const std::vector<std::size_t>& shape);

/// Reads one array in NumPy's own format, versions 1 to 3: float16, float32, float64, int8, int16, int32, int64, uint8,
/// uint16, uint32, uint64, bool, little-endian or big-endian, C or Fortran order. Throws InputError naming `place` and
/// `name` for all else, for nan and infinities, for whole numbers that no double holds.
Array read_npy(std::string_view bytes, const std::string& name, const std::string& place);

/// What sinew's own NPZ files have beside arrays: members of text.
struct NpzNotes {
    std::string input;        ///< "sinew.input": the kind of input
    std::string preparation;  ///< "sinew.preparation"
};

/// All arrays of an NPZ file's bytes.
std::vector<Array> read_npz(std::string_view bytes, const std::string& file, NpzNotes& notes);

/// The files *.csv in a folder and in the folders below it as arrays "folder/name" of rows and columns. Numbers are the
/// doubles nearest to the decimals.
std::vector<Array> read_csv_folder(const std::string& folder);

}  // namespace sinew::read::bnn
