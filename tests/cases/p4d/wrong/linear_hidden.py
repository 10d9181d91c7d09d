import torch
import torch.nn as nn

# two nn.Linear layers plus skip, gradients derived on paper
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.Linear(1, 6, dtype=torch.float64)
        self.l2 = nn.Linear(6, 1, dtype=torch.float64)

    def forward(self, inp):
        hid = self.l1(inp)
        return self.l2(hid) + inp, hid

torch.manual_seed(55)
net = Net()
inp = torch.tensor([1.4], dtype=torch.float64, requires_grad=True)
tgt = torch.tensor([-2.0], dtype=torch.float64)
out, hid = net(inp)
loss = ((out - tgt) ** 2).sum()
loss.backward()

u = net.l1.weight.detach()[:, 0]
v = net.l2.weight.detach()[0]
err2 = 2 * (out - tgt).item()
v_u = {
    'l1.weight': (err2 * v * inp.item()).reshape(6, 1),
    'l1.bias': err2 * v,
    'l2.weight': (err2 * hid.detach()).reshape(1, 6),
    'l2.bias': torch.tensor([err2], dtype=torch.float64),
}
for name, p in net.named_parameters():
    print(name, '->', (p.grad - v_u[name]).abs().max().item())
print('input ->', abs(inp.grad.item() - err2 * (1 + torch.dot(u, v).item())))
