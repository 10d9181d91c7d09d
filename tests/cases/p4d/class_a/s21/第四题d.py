# -*- coding: utf-8 -*-
# 作业2 第4题(d)  用autograd验证手推梯度
import torch
import torch.nn.functional as F

# ---------- 参数初始化 ----------
torch.manual_seed(2025)
隐藏单元数 = 4
x  = torch.tensor([[1.2]], requires_grad=True)
y  = torch.tensor([[0.3]])
w1 = torch.nn.init.normal_(torch.empty(隐藏单元数, 1)).requires_grad_()
b1 = torch.full((隐藏单元数, 1), 0.1, requires_grad=True)
w2 = torch.nn.init.normal_(torch.empty(1, 隐藏单元数)).requires_grad_()
b2 = torch.full((1, 1), -0.2, requires_grad=True)

# ---------- 前向传播 ----------
z1 = w1 @ x + b1
a1 = F.relu(z1)
y_hat = w2 @ a1 + b2 + x        # 跳跃连接
loss = F.mse_loss(y_hat, y)     # 注意: 没有1/2

# ---------- 自动求导 ----------
loss.backward()
自动 = {'w1': w1.grad, 'b1': b1.grad, 'w2': w2.grad, 'b2': b2.grad, 'x': x.grad}

# ---------- 手动求导 ----------
手动 = {}
误差 = 2 * (y_hat.data - y)
手动['b2'] = 误差
手动['w2'] = 误差 @ a1.data.T
导数 = torch.zeros_like(z1.data)
导数[z1.data > 0] = 1
中间 = (w2.data.T @ 误差) * 导数
手动['w1'] = 中间 @ x.data.T
手动['b1'] = 中间
手动['x']  = 误差 + w1.data.T @ 中间

# ---------- 比较 ----------
for k in 自动:
    差 = (自动[k] - 手动[k]).abs().max().item()
    print(f'{k:3s} 自动求导={自动[k].flatten().tolist()}\n    手动推导={手动[k].flatten().tolist()}\n    最大误差={差:.2e}', '一致' if 差 < 1e-5 else '不一致')

# 讨论: 手推公式与autograd结果一致, 误差在浮点精度范围内。
# x的梯度由两部分组成: 跳跃连接(误差本身)和隐藏层路径。
