import torch
import torch.nn as nn

device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
print("Using device:", device)
torch.manual_seed(0)
if torch.cuda.is_available():
    torch.cuda.manual_seed_all(0)


class ReluSkipMLP(nn.Module):
    def __init__(self, h=32):
        super().__init__()
        self.fc1 = nn.Linear(1, h, bias=True)
        self.relu = nn.ReLU(inplace=False)
        self.fc2 = nn.Linear(h, 1, bias=True)
        nn.init.normal_(self.fc1.weight)
        nn.init.normal_(self.fc1.bias)
        nn.init.normal_(self.fc2.weight, std=0.5)
        nn.init.constant_(self.fc2.bias, 0.1)

    def forward(self, x):
        identity = x
        out = self.fc1(x)
        out = self.relu(out)
        out = self.fc2(out)
        out += identity
        return out


def analytic(model, x, y):
    sd = model.state_dict()
    W1, b1, W2, b2 = sd["fc1.weight"], sd["fc1.bias"], sd["fc2.weight"], sd["fc2.bias"]
    x = x.detach()
    z = x @ W1.t() + b1                                   # (1,h)
    gate = torch.heaviside(z, torch.tensor([0.0], device=z.device))
    e = (z * gate) @ W2.t() + b2 + x - y                  # (1,1)
    dz = e * W2 * gate                                    # (1,h)
    return {
        "fc2.bias": e.view(-1),
        "fc2.weight": e * (z * gate),
        "fc1.bias": dz.view(-1),
        "fc1.weight": dz.t() * x,
        "x": e + dz @ W1,
    }


model = ReluSkipMLP().to(device)
x = torch.randn(1, 1, device=device, requires_grad=True)
y = torch.randn(1, 1, device=device)

loss = 0.5 * nn.functional.mse_loss(model(x), y)
loss.backward()

expected = {n: p.grad for n, p in model.named_parameters()}
expected["x"] = x.grad
got = analytic(model, x, y)
for n in expected:
    err = (expected[n] - got[n]).abs().max().cpu().item()
    print(f"{n:11s} shape {str(tuple(expected[n].shape)):8s} max abs err {err:.2e}  {'✓' if err < 1e-5 else '✗'}")
