import torch, torch.nn as nn
class Skip(nn.Module):
    def __init__(self, h):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(1, h), nn.ReLU(), nn.Linear(h, 1))
    def forward(self, x):
        return self.inner(x) + x
torch.manual_seed(99)
net = Skip(7).double()
x = torch.tensor([[0.37]], dtype=torch.double, requires_grad=True)
t = torch.tensor([[-1.2]], dtype=torch.double)
crit = nn.MSELoss(reduction="sum")
(crit(net(x), t) / 2).backward()
fc1, fc2 = net.inner[0], net.inner[2]
pre = (fc1.weight @ x.T + fc1.bias[:, None]).detach()
hid = pre.clamp_min(0)
err = (fc2.weight @ hid + fc2.bias[:, None] + x - t).detach()
grad_out_bias = err.flatten()
grad_out_weight = err @ hid.T
back = fc2.weight.detach().T @ err
back[pre <= 0] = 0
grad_in_bias = back.flatten()
grad_in_weight = back @ x.detach()
grad_x = err + fc1.weight.detach().T @ back
assert torch.allclose(fc2.bias.grad, grad_out_bias)
assert torch.allclose(fc2.weight.grad, grad_out_weight)
assert torch.allclose(fc1.bias.grad, grad_in_bias)
assert torch.allclose(fc1.weight.grad, grad_in_weight)
assert torch.allclose(x.grad, grad_x)
print("all assertions passed")
