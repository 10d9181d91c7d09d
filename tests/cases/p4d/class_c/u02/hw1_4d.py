import torch
import torch.nn as nn

torch.manual_seed(1)

class SkipNet(nn.Module):
    def __init__(self, h):
        super().__init__()
        self.fc1 = nn.Linear(1, h)
        self.fc2 = nn.Linear(h, 1)
        self.act = nn.ReLU()

    def forward(self, x):
        self.z1 = self.fc1(x)
        self.a1 = self.act(self.z1)
        return self.fc2(self.a1) + x


net = SkipNet(h=8)
criterion = nn.MSELoss()

x = torch.tensor([[1.7]], requires_grad=True)
y = torch.tensor([[-0.4]])

out = net(x)
loss = criterion(out, y)
net.zero_grad()
loss.backward()

# my formulas. note: MSELoss has no 1/2 so there is a 2 in front
W1, b1 = net.fc1.weight.detach(), net.fc1.bias.detach()
W2, b2 = net.fc2.weight.detach(), net.fc2.bias.detach()
z1 = net.z1.detach()    # (1,h)
a1 = net.a1.detach()
g = 2 * (out.detach() - y)              # (1,1)
gb2 = g.reshape(1)
gW2 = g * a1                            # (1,h)
gz = (g @ W2) * (z1 > 0)                # (1,h)
gW1 = gz.t() @ x.detach()               # (h,1)
gb1 = gz.reshape(-1)
gx = g + gz @ W1

for n, p, q in [("fc2.bias", net.fc2.bias.grad, gb2),
                ("fc2.weight", net.fc2.weight.grad, gW2),
                ("fc1.weight", net.fc1.weight.grad, gW1),
                ("fc1.bias", net.fc1.bias.grad, gb1),
                ("x", x.grad, gx)]:
    print(n, "autograd:", p.flatten().tolist())
    print(n, "analytic:", q.flatten().tolist())
    print("   close?", torch.allclose(p, q, atol=1e-6))
