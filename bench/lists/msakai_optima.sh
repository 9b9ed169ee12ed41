# SPDX-License-Identifier: Apache-2.0
# Sourced by bnn_msakai, msakai and compare_clasp: the optima that Exact proved, of image and norm, and the processor
# seconds that it took (logs/exact of the suite's repository).
declare -A optimum=(
    [mnist_7_label9_0]=4 [mnist_7_label9_1]=5 [mnist_7_label9_2]=5 [mnist_7_label9_inf]=1
    [mnist_rot_8_label1_0]=3 [mnist_rot_8_label1_1]=3 [mnist_rot_8_label1_2]=3 [mnist_rot_8_label1_inf]=1
    [mnist_back_image_32_label3_0]=2 [mnist_back_image_32_label3_1]=4 [mnist_back_image_32_label3_2]=7
    [mnist_back_image_32_label3_inf]=2)
declare -A exact_seconds=(
    [mnist_7_label9_0]=5304 [mnist_7_label9_1]=4802 [mnist_7_label9_2]=1837 [mnist_7_label9_inf]=1.05
    [mnist_rot_8_label1_0]=8968 [mnist_rot_8_label1_1]=158 [mnist_rot_8_label1_2]=189 [mnist_rot_8_label1_inf]=0.25
    [mnist_back_image_32_label3_0]=14.8 [mnist_back_image_32_label3_1]=61.8 [mnist_back_image_32_label3_2]=25.3
    [mnist_back_image_32_label3_inf]=6.4)
