import torch

torch.manual_seed(1234)
units = 9
u = torch.randn(1, 1, requires_grad=True)
w_1, w_2 = torch.randn(units, 1, requires_grad=True), torch.randn(1, units, requires_grad=True)
b_1, b_2 = torch.randn(units, 1, requires_grad=True), torch.randn(1, 1, requires_grad=True)
pre = w_1 @ u + b_1
act = pre.clamp(min=0)
out = w_2 @ act + b_2 + u
cost = (out - 0.3) ** 2

# the gradients at the nodes, then one step of the chain rule by hand for every parameter
g_out, g_pre = torch.autograd.grad(cost.sum(), [out, pre], retain_graph=True)
cost.sum().backward()
dw_1 = g_pre @ u.T
db_1 = g_pre
dw_2 = g_out @ act.T
db_2 = g_out
du = g_out + w_1.T @ g_pre
for a, b in zip((dw_1, db_1, dw_2, db_2, du), (w_1, b_1, w_2, b_2, u)):
    print((a - b.grad).abs().sum().item())
