import torch
torch.manual_seed(5)
h = 4
x, y = torch.tensor(2.0, requires_grad=True), torch.tensor(1.0)
W1, b1 = torch.randn(h, requires_grad=True), torch.randn(h, requires_grad=True)
W2, b2 = torch.randn(h, requires_grad=True), torch.zeros((), requires_grad=True)
z = W1*x + b1
a = z.relu()
yh = W2 @ a + b2 + x
(0.5*(yh-y)**2).backward()
print(f"b2: torch={b2.grad.item():.6f}  formula={(yh-y).item():.6f}")
print(f"W2: torch={W2.grad.numpy().round(5)}  formula={((yh-y)*a).detach().numpy().round(5)}")
print(f"W1: torch={W1.grad.numpy().round(5)}  formula={((yh-y)*W2*(z>0)*x).detach().numpy().round(5)}")
print(f"b1: torch={b1.grad.numpy().round(5)}  formula={((yh-y)*W2*(z>0)).detach().numpy().round(5)}")
print(f"x : torch={x.grad.item():.6f}  formula={((yh-y)*(1 + (W2*(z>0)*W1).sum())).item():.6f}")
