# -*- coding: utf-8 -*-
"""
作业二 第4题(d)
用 PyTorch 实现模型, 并用自动求导验证手推的梯度
"""
import torch

torch.manual_seed(6)

隐藏维度 = 5
W1 = torch.randn(隐藏维度, 1, requires_grad=True)
b1 = torch.randn(隐藏维度, 1, requires_grad=True)
W2 = torch.randn(1, 隐藏维度, requires_grad=True)
b2 = torch.randn(1, 1, requires_grad=True)
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)

# 前向传播
z1 = W1 @ x + b1
a1 = torch.relu(z1)
y_hat = W2 @ a1 + b2 + x          # 跳跃连接
损失 = 0.5 * (y_hat - y) ** 2

# 自动求导
损失.backward()
自动 = [t.grad.clone() for t in (b2, W2, W1, b1, x)]


def 手动求导():
    误差 = (y_hat - y).detach()
    指示 = (z1 > 0).float()
    dz1 = (W2.detach().T @ 误差) * 指示
    return [误差, 误差 @ a1.detach().T, dz1 @ x.detach().T, dz1, 误差 + W1.detach().T @ dz1]


手动 = 手动求导()
for 名称, 甲, 乙 in zip(["b2", "W2", "W1", "b1", "x"], 手动, 自动):
    最大差 = torch.max(torch.abs(甲 - 乙)).item()
    print(f"{名称}: 最大误差 = {最大差:.3e}", "一致" if 最大差 < 1e-5 else "不一致")
